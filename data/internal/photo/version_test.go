package photo

import (
	"os"
	"regexp"
	"runtime"
	"testing"
)

func TestMappedFile(t *testing.T) {
	maps := []byte("00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus daemon\n" +
		"00e03000-00e24000 rw-p 00000000 00:00 0           [heap]\n" +
		"7f0000001000-7f0000002000 r-xp 00001000 08:02 135522 /usr/lib/libturbojpeg.so.0.2.0\n")
	for _, test := range []struct {
		address uintptr
		want    string
	}{
		{0x400000, "/usr/bin/dbus daemon"}, {0x451fff, "/usr/bin/dbus daemon"}, {0x452000, ""}, {0xe03000, ""},
		{0x7f0000001234, "/usr/lib/libturbojpeg.so.0.2.0"},
	} {
		if got := mappedFile(maps, test.address); got != test.want {
			t.Errorf("at %x lies %q, want %q", test.address, got, test.want)
		}
	}
}

func TestVersionIn(t *testing.T) {
	for text, want := range map[string]string{
		"\x00libjpeg-turbo version 2.1.5 (build 20230203)\x00":       "2.1.5",
		"\x00libjpeg-turbo version 3.0.90\x00":                       "3.0.90",
		"\x00Wrong JPEG library version: library is %d\x00":          "",
		"\x00This file needs libjpeg-turbo version %d or newer.\x00": "",
	} {
		if got := versionIn([]byte(text)); got != want {
			t.Errorf("%q: version %q, want %q", text, got, want)
		}
	}
}

func TestJPEGVersion(t *testing.T) {
	got, err := JPEGVersion()
	if err != nil {
		t.Fatal(err)
	}
	want := `^image/jpeg$`
	if loadTurbo() != nil && os.Getenv(Variable) != "go" {
		want = `^libturbojpeg`
		if runtime.GOOS == "linux" {
			want += ` \d+\.\d+`
		}
	}
	if !regexp.MustCompile(want).MatchString(got) {
		t.Errorf("%q does not match %s", got, want)
	}
}
