//go:build long && linux

package data

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/stream"
)

const (
	memoryImages = 10_000
	memoryChild  = "VICINAL_MEMORY_TEST_FOLDER"
)

// Reading 10,000 photographs, 2.3 GB decoded, under GOMEMLIMIT=64MiB holds no
// more than a few of them: the peak of resident memory stays below 160 MiB.
func TestPhotosMemory(t *testing.T) {
	if dir := os.Getenv(memoryChild); dir != "" {
		readPhotos(t, dir)
		return
	}
	dir := t.TempDir()
	generatePhotos(t, dir)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestPhotosMemory$", "-test.v")
	child.Env = append(os.Environ(), memoryChild+"="+dir, "GOMEMLIMIT=64MiB")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, rest, ok := strings.Cut(string(out), "peak KiB: ")
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		t.Fatalf("no peak in\n%s", out)
	}
	peak, err := strconv.Atoi(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("peak of resident memory: %d MiB", peak>>10)
	if peak > 160<<10 {
		t.Errorf("peak of resident memory is %d MiB, more than 160", peak>>10)
	}
}

// generatePhotos writes a few pictures and links them many times.
func generatePhotos(t *testing.T, dir string) {
	t.Helper()
	rand := stream.New(1, "photos").At(0, 0)
	for i := range 10 {
		img := image.NewRGBA(image.Rect(0, 0, 320, 240))
		for p := range img.Pix {
			img.Pix[p] = uint8(p/(i+3)) + uint8(rand.Uint64()&15)
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			t.Fatal(err)
		}
		writeAll(t, dir, map[string][]byte{fmt.Sprintf("train/%d/0.jpg", i): b.Bytes(), fmt.Sprintf("test/%d/0.jpg", i): b.Bytes()})
	}
	for i := 10; i < memoryImages; i++ {
		class := filepath.Join(dir, "train", strconv.Itoa(i%10))
		if err := os.Link(filepath.Join(class, "0.jpg"), filepath.Join(class, strconv.Itoa(i)+".jpg")); err != nil {
			t.Fatal(err)
		}
	}
}

func readPhotos(t *testing.T, dir string) {
	set := mustOpen(t, "folder:"+dir, Options{Validation: -1})
	l := &Loader{Split: set.Train, Batch: 16, Shuffle: true, Augment: pipeline(t, "rrc:0.08-1:224,flip"),
		Norm: mix.Normalization{Mean: set.Mean, Std: set.Std}, Workers: 2}
	n := 0
	for b, err := range l.Epoch(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		n += b.N
	}
	if n != memoryImages {
		t.Fatalf("%d images read", n)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		t.Fatal("/proc/self/status does not tell the peak of resident memory")
	}
	fmt.Println("peak KiB:", strings.Fields(rest)[0])
}
