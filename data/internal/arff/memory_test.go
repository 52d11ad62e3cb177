//go:build linux

package arff

import (
	"io"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

func TestHostileFilesStayWithinMemory(t *testing.T) {
	const head = "@relation r\n@attribute a numeric\n@attribute b string\n"
	const mib = 96
	for name, c := range map[string]struct {
		file io.Reader
		want string
	}{
		"rows":       {io.MultiReader(strings.NewReader(head+"@data\n"), memorytest.Endless("1,\n")), "96 MiB of memory"},
		"long rows":  {io.MultiReader(strings.NewReader(head+"@data\n"), memorytest.Endless("1,"+strings.Repeat("x", 1000)+"\n")), "96 MiB of memory"},
		"wide rows":  {io.MultiReader(strings.NewReader("@relation r\n"+strings.Repeat("@attribute a numeric\n", 10_000)+"@data\n"), memorytest.Endless(strings.Repeat("1,", 9_999)+"1\n")), "96 MiB of memory"},
		"attributes": {io.MultiReader(strings.NewReader("@relation r\n"), memorytest.Endless("@attribute a numeric\n")), "more than 131072 attributes"},
		"values":     {io.MultiReader(strings.NewReader("@relation r\n"), memorytest.Endless("@attribute a {"+strings.Repeat("x,", 10_000)+"x}\n")), "96 MiB of memory"},
		"one line":   {memorytest.Endless("a"), "token too long"},
		"no newline": {io.MultiReader(strings.NewReader(head+"@data\n1,'"), memorytest.Endless(`\'`)), "token too long"},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, mib+mib/2, func(t *testing.T) {
				if _, err := read(c.file, mib<<20); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %.200v, want %q", err, c.want)
				}
			})
		})
	}
}
