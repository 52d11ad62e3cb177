package photo

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// JPEGVersion returns what decodes JPEG files, as [JPEGDecoder] does, and of
// Turbo also its version, such as "libturbojpeg 2.1.5". The library has no
// function for it, but its file says it; where the version is not found, the
// name of the file stands in its place, and where the file is not found (it is
// on Linux), nothing does. Go's decoder has the version of Go.
func JPEGVersion() (string, error) {
	decoder, err := JPEGDecoder()
	if err != nil || decoder != Turbo {
		return decoder, err
	}
	if v := turboVersion(); v != "" {
		decoder += " " + v
	}
	return decoder, nil
}

var turboVersion = sync.OnceValue(func() string {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return ""
	}
	path := mappedFile(maps, loadTurbo().code)
	if path == "" {
		return ""
	}
	library, err := os.ReadFile(path)
	if err != nil {
		return filepath.Base(path)
	}
	if v := versionIn(library); v != "" {
		return v
	}
	return filepath.Base(path)
})

// mappedFile returns the file of which a part is mapped at the address, "" for
// none, from the text of /proc/self/maps.
func mappedFile(maps []byte, address uintptr) string {
	for line := range bytes.Lines(maps) {
		var from, to uintptr
		if _, err := fmt.Sscanf(string(line), "%x-%x", &from, &to); err != nil || address < from || address >= to {
			continue
		}
		_, path, found := bytes.Cut(line, []byte("/"))
		if !found {
			return ""
		}
		return "/" + string(bytes.TrimRight(path, "\n"))
	}
	return ""
}

// turboVersionText is what libjpeg-turbo says of itself in its messages.
var turboVersionText = regexp.MustCompile(`libjpeg-turbo version (\d[0-9A-Za-z.]*)`)

func versionIn(library []byte) string {
	if found := turboVersionText.FindSubmatch(library); found != nil {
		return string(found[1])
	}
	return ""
}
