package data

import (
	"testing"

	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

func TestSetJPEGDecoder(t *testing.T) {
	version, err := photo.JPEGVersion()
	if err != nil || version == "" {
		t.Fatalf("%q, %v", version, err)
	}
	jpg, png := picture(t, "rgb.jpg"), picture(t, "rgb.png")
	for name, test := range map[string]struct {
		file string
		text []byte
		want string
	}{
		"PNG":             {"c.png", png, ""},
		"JPEG":            {"c.jpg", jpg, version},
		"capital letters": {"c.JPEG", jpg, version},
	} {
		dir := t.TempDir()
		files := map[string][]byte{}
		for _, class := range []string{"cat", "dog"} {
			for _, number := range "0123456789" {
				files[class+"/"+string(number)+".png"] = png
			}
			files[class+"/"+test.file] = test.text
		}
		writeAll(t, dir, files)
		for _, o := range []Options{{}, {Classes: []string{"dog", "cat"}}, {LabelNoise: 0.5}} {
			if got, err := mustOpen(t, "folder:"+dir, o).JPEGDecoder(); err != nil || got != test.want {
				t.Errorf("%s, %+v: %q, %v; want %q", name, o, got, err, test.want)
			}
		}
	}
	for _, name := range []string{"digits", "iris"} {
		if got, err := mustOpen(t, name, Options{}).JPEGDecoder(); err != nil || got != "" {
			t.Errorf("%s: %q, %v; it has no JPEG files", name, got, err)
		}
	}
}
