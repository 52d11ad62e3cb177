package mat5

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	for _, name := range []string{"compressed.mat", "plain.mat"} {
		arrays, err := Read(bytes.NewReader(file(t, name)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x, y := arrays["X"], arrays["y"]
		if !slices.Equal(x.Shape, []int{32, 32, 3, 4}) || !slices.Equal(y.Shape, []int{4, 1}) || x.Len() != 4*3072 {
			t.Fatalf("%s: shapes %v, %v", name, x.Shape, y.Shape)
		}
		values, ok := x.Bytes()
		for i, v := range values {
			if want := byte(i%32 + 2*(i/32%32) + 64*(i/1024%3) + 10*(i/3072)); v != want || x.At(i) != float64(want) {
				t.Fatalf("%s: value %d is %d, want %d", name, i, v, want)
			}
		}
		if !ok || y.At(0) != 10 || y.At(3) != 9 {
			t.Errorf("%s: bytes %v, labels %g, %g", name, ok, y.At(0), y.At(3))
		}
	}
}

func TestReadTypes(t *testing.T) {
	arrays, err := Read(bytes.NewReader(file(t, "types.mat")))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]float64{
		"i8": {-1, 2}, "i16": {-300, 2}, "u16": {60000}, "i32": {-70000}, "u32": {4000000000}, "i64": {-5e9}, "u64": {5e9}, "f32": {1.5},
		"f64": {1.25, 3, -2.5, 4}, "a_name_longer_than_eight_bytes": {1},
	} {
		a := arrays[name]
		if a == nil {
			t.Errorf("no array %s", name)
			continue
		}
		var got []float64
		for i := range a.Len() {
			got = append(got, a.At(i))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
		delete(arrays, name)
	}
	if text, ok := arrays["text"].Text(); !ok || text != "kept, \u00e9" {
		t.Errorf("text %q, %v", text, ok)
	}
	if _, ok := arrays["struct"].Text(); ok {
		t.Error("a structure is text")
	}
	if len(arrays) != 2 {
		t.Errorf("%d arrays of other kinds", len(arrays)-2)
	}
}

// Structures as in the development kit of ImageNet.
func TestReadStructures(t *testing.T) {
	for _, name := range []string{"structures.mat", "structures_plain.mat"} {
		arrays, err := Read(bytes.NewReader(file(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		s := arrays["synsets"]
		if s == nil || !slices.Equal(s.Shape, []int{3, 1}) || s.Len() != 0 || len(s.Fields) != 4 {
			t.Fatalf("%s: %+v", name, s)
		}
		for i, want := range []string{"n02119789", "n02100735", "n04037443"} {
			id := s.Fields["ILSVRC2012_ID"][i]
			text, ok := s.Fields["WNID"][i].Text()
			if id.Len() != 1 || id.At(0) != float64(i+1) || !ok || text != want {
				t.Errorf("%s: structure %d: %v, %q, want %q", name, i, id, text, want)
			}
			if children := s.Fields["children"][i]; i == 0 && children.Len() != 0 || i == 1 && children.At(1) != 7 {
				t.Errorf("%s: structure %d: children %v", name, i, children)
			}
		}
	}
}

func TestReadErrors(t *testing.T) {
	plain, compressed, structures := file(t, "plain.mat"), file(t, "compressed.mat"), file(t, "structures_plain.mat")
	for name, f := range map[string][]byte{"plain": plain, "compressed": compressed} {
		for n := 0; n < len(f); n += 1 + n/40 {
			arrays, err := Read(bytes.NewReader(f[:n]))
			if err == nil && len(arrays) == 2 {
				t.Errorf("the first %d of %d bytes of the %s file have both arrays", n, len(f), name)
			}
		}
	}
	change := func(f []byte, at int, b ...byte) []byte {
		f = slices.Clone(f)
		copy(f[at:], b)
		return f
	}
	for _, test := range []struct {
		file []byte
		want string
	}{
		{change(plain, 126, 'x', 'x'), "not a MATLAB file"},
		{change(plain, 124, 0, 2), "version 0x200"},
		{change(compressed, 140, 1, 2, 3, 4), "MATLAB variable 1: "},
		{change(plain, 128+8, 0, 0), "no array flags"},
		{change(plain, 128+24, 0, 0), "no dimensions"},
		{change(plain, 128+32, 255, 255, 255, 255), "-1 as a dimension"},
		{change(plain, 128+32, 255, 255, 255, 127, 255, 255, 255, 127), "2147483647 as a dimension"},
		{change(plain, 128+32, 31), "for shape [31 32 3 4]"},
		{change(structures, 128+32, 4), "structure 3, field"},
		{change(structures, 128+32, 0, 0, 0, 1), "16777216 structures of 4 fields"},
		{structures[:len(structures)-200], "structure 2, field"},
		{bytes.Replace(structures, []byte("WNID\x00"), []byte("words\x00")[:5], 1), "two fields"},
	} {
		if _, err := Read(bytes.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"types.mat", "compressed.mat", "structures.mat", "structures_plain.mat"} {
		f.Add(file(f, name))
	}
	plain := file(f, "plain.mat")
	f.Add(plain[:400])
	f.Add(append(slices.Clone(plain[:128]), plain[len(plain)-64:]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		arrays, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		for name, a := range arrays {
			n := 1
			for _, d := range a.Shape {
				n *= d
			}
			a.Text()
			for _, values := range a.Fields {
				for _, v := range values {
					v.Text()
				}
				if len(values) != n {
					t.Fatalf("%q: shape %v, %d structures", name, a.Shape, len(values))
				}
			}
			if a.Fields != nil {
				continue
			}
			if n != a.Len() && !a.text {
				t.Fatalf("%q: shape %v, %d values", name, a.Shape, a.Len())
			}
			if a.Len() > 0 {
				a.At(a.Len() - 1)
			}
		}
	})
}
