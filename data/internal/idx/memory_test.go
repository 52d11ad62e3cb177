//go:build linux

package idx

import (
	"io"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// A file is refused for what it claims, for what it has not, and for what it has too much.
func TestHostileFilesStayWithinMemory(t *testing.T) {
	const mib = 64
	for name, file := range map[string]struct {
		file io.Reader
		want string
	}{
		"claims a terabyte":       {memorytest.Endless("\x00\x00\x08\x02\x00\x10\x00\x00\x00\x10\x00\x00"), "the product at most"},
		"claims more than it has": {strings.NewReader("\x00\x00\x08\x01\x03\xff\xff\xff" + "abc"), "3 bytes where 67108863 should be"},
		"255 dimensions":          {memorytest.Endless("\x00\x00\x08\xff" + strings.Repeat("\x00\x00\x00\x01", 256)), "more bytes than there should be"},
		"has more than it claims": {io.MultiReader(strings.NewReader("\x00\x00\x08\x01\x03\xff\xff\xff"), memorytest.Endless("a")), "more bytes than there should be"},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, 2*mib, func(t *testing.T) {
				if _, _, err := read(file.file, mib<<20); err == nil || !strings.Contains(err.Error(), file.want) {
					t.Errorf("error %.200v, want %q", err, file.want)
				}
			})
		})
	}
}
