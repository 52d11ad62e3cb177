package photo

import (
	"archive/tar"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// On photographs no value of the two JPEG decoders differs by more than 5 of 255
// levels, and the mean difference of an image stays below half a level.
func TestDecodersAgree(t *testing.T) {
	library := loadTurbo()
	if library == nil {
		t.Skip("SKIP: libturbojpeg is not installed (Debian package libturbojpeg0)")
	}
	path := filepath.Join(os.Getenv("VICINAL_TEST_DATA"), "imagenet", "imagenet-sample.tar")
	archive, err := os.Open(path)
	if err != nil {
		t.Skipf("SKIP: no photographs: set VICINAL_TEST_DATA to a folder that has imagenet/imagenet-sample.tar (%v)", err)
	}
	defer archive.Close()
	kinds := map[image.YCbCrSubsampleRatio]int{}
	for r := tar.NewReader(archive); kinds[image.YCbCrSubsampleRatio420] < 10 || kinds[image.YCbCrSubsampleRatio444] < 10; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".JPEG") {
			continue
		}
		file, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		f, err := sniff(file)
		if err != nil {
			t.Fatal(err)
		}
		img, err := f.decode(file)
		if err != nil {
			t.Fatal(err)
		}
		if img, ok := img.(*image.YCbCr); ok {
			if kinds[img.SubsampleRatio]++; kinds[img.SubsampleRatio] > 10 {
				continue
			}
		}
		var fast, slow augment.Canvas
		toRGB(&slow, img)
		if err := library.decode(&fast, file); err != nil {
			t.Errorf("%s: %v", h.Name, err)
			continue
		}
		compare(t, h.Name, &fast, &slow)
	}
	t.Log("photographs by subsampling:", kinds)
}

// The same on small files of every sampling that both decode, whatever their number of columns.
func TestDecodersAgreeOnSmallImages(t *testing.T) {
	library := loadTurbo()
	if library == nil {
		t.Skip("SKIP: libturbojpeg is not installed (Debian package libturbojpeg0)")
	}
	files, err := filepath.Glob("testdata/sampling-*.jpg")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		var fast, slow augment.Canvas
		file := read(t, filepath.Base(name))
		if err := library.decode(&fast, file); err != nil {
			t.Fatal(err)
		}
		if err := decodeGo(&slow, file); err != nil {
			t.Fatal(err)
		}
		compare(t, name, &fast, &slow)
	}
}

func compare(t *testing.T, name string, fast, slow *augment.Canvas) {
	t.Helper()
	if fast.H != slow.H || fast.W != slow.W || len(fast.Pix) != len(slow.Pix) {
		t.Errorf("%s: %d by %d and %d by %d", name, fast.H, fast.W, slow.H, slow.W)
		return
	}
	most, sum := 0, 0
	for i, p := range fast.Pix {
		d := int(p) - int(slow.Pix[i])
		most, sum = max(most, d, -d), sum+max(d, -d)
	}
	if mean := float64(sum) / float64(len(fast.Pix)); most > 5 || mean > 0.5 {
		t.Errorf("%s: the decoders differ by up to %d levels, %.2f on average; want at most 5, 0.5", name, most, mean)
	}
}

func TestChoose(t *testing.T) {
	library := &turbo{}
	has, hasNot := func() *turbo { return library }, func() *turbo { return nil }
	for _, test := range []struct {
		asked string
		load  func() *turbo
		got   *turbo
		want  string
	}{
		{"", has, library, ""},
		{"", hasNot, nil, ""},
		{"go", has, nil, ""},
		{"turbo", has, library, ""},
		{"turbo", hasNot, nil, "VICINAL_JPEG=turbo, but there is no libturbojpeg"},
		{"Go", has, nil, `VICINAL_JPEG="Go" is neither "go" nor "turbo"`},
	} {
		got, err := choose(test.asked, test.load)
		if got != test.got || (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, %v", test.asked, got, err)
		}
	}
}
