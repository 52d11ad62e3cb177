package data

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

func TestSVHN(t *testing.T) {
	plain, err := os.ReadFile("internal/mat5/testdata/plain.mat")
	if err != nil {
		t.Fatal(err)
	}
	compressed, err := os.ReadFile("internal/mat5/testdata/compressed.mat")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeAll(t, dir, map[string][]byte{"train_32x32.mat": plain, "test_32x32.mat": compressed})
	set := mustOpen(t, "svhn", Options{Dir: dir, Validation: -1})
	if !slices.Equal(set.Test.Labels(), []int32{0, 1, 5, 9}) {
		t.Errorf("labels %v, want [0 1 5 9]", set.Test.Labels())
	}
	var c augment.Canvas
	if err := set.Test.(Images).ReadImage(t.Context(), 2, &c); err != nil {
		t.Fatal(err)
	}
	for i, p := range c.Pix {
		if want := byte(i/96 + 2*(i/3%32) + 64*(i%3) + 20); p != want {
			t.Fatalf("value %d is %d, want %d", i, p, want)
		}
	}

	// The extra part goes on where the training part ends.
	writeAll(t, dir, map[string][]byte{"extra_32x32.mat": compressed})
	set = mustOpen(t, "svhn-extra", Options{Dir: dir, Validation: -1})
	if !slices.Equal(set.Train.Labels(), []int32{0, 1, 5, 9, 0, 1, 5, 9}) || set.Test.Len() != 4 {
		t.Errorf("labels %v, %d test samples", set.Train.Labels(), set.Test.Len())
	}
	for _, i := range []int{2, 6} {
		if err := set.Train.(Images).ReadImage(t.Context(), i, &c); err != nil || c.Pix[3*(32*5+7)+1] != 5+2*7+64+20 {
			t.Errorf("training image %d: %v, %v", i, c.Pix[:9], err)
		}
	}

	for _, test := range []struct {
		file []byte
		want string
	}{
		{plain[:1000], "test_32x32.mat: MATLAB variable 1"},
		{plain[:128], "no arrays X and y"},
		{bytes.Replace(plain, []byte{10, 1, 5, 9}, []byte{10, 0, 5, 9}, 1), "label 0 of image 1"},
	} {
		writeAll(t, dir, map[string][]byte{"test_32x32.mat": test.file})
		if _, err := Open(context.Background(), "svhn", Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}
