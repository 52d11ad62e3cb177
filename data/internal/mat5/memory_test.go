//go:build linux

package mat5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// elementOf is a data element with its padding.
func elementOf(kind uint32, content string) string {
	var tag [8]byte
	binary.LittleEndian.PutUint32(tag[:], kind)
	binary.LittleEndian.PutUint32(tag[4:], uint32(len(content)))
	return string(tag[:]) + content + strings.Repeat("\x00", -len(content)&7)
}

// matrixOf is an array of a class, with what follows its name.
func matrixOf(class byte, rows uint32, name, rest string) string {
	shape := binary.LittleEndian.AppendUint32([]byte{1, 0, 0, 0}, rows)
	return elementOf(miMATRIX, elementOf(miUINT32, string(class)+"\x00\x00\x00\x00\x00\x00\x00")+elementOf(miINT32, string(shape))+elementOf(miINT8, name)+rest)
}

// structuresOf is an array of n structures of one field, an empty array of text each.
func structuresOf(n int, name string) string {
	empty := matrixOf(classText, 0, "", elementOf(miUINT8, ""))
	return matrixOf(classStruct, uint32(n), name, elementOf(miINT32, "\x08\x00\x00\x00")+elementOf(miINT8, "field\x00\x00\x00")+strings.Repeat(empty, n))
}

func TestHostileFilesStayWithinMemory(t *testing.T) {
	header := strings.Repeat(" ", 124) + "\x00\x01IM"
	compressed := func(content string) string {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		if _, err := io.WriteString(z, content); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return elementOf(miCOMPRESSED, b.String())
	}
	const mib = 64
	for name, c := range map[string]struct {
		file io.Reader
		want string
	}{
		"arrays":                {memorytest.Series(func(i int) string { return matrixOf(classText, 0, fmt.Sprintf("%08x", i), elementOf(miUINT8, "")) }), "64 MiB of memory"},
		"structures":            {memorytest.Series(func(i int) string { return structuresOf(1000, fmt.Sprintf("%08x", i)) }), "64 MiB of memory"},
		"compressed structures": {memorytest.Endless(compressed(structuresOf(200_000, "a"))), "64 MiB of memory"},
		"values": {memorytest.Series(func(i int) string {
			return matrixOf(classText, 1<<20, fmt.Sprintf("%08x", i), elementOf(miUINT8, strings.Repeat("a", 1<<20)))
		}), "at most"},
		"claims": {strings.NewReader(matrixOf(classText, 1<<25, "a", "\x02\x00\x00\x00\x00\x00\x00\x02")), "33554432 should be"},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, mib+mib/2, func(t *testing.T) {
				if _, err := read(io.MultiReader(strings.NewReader(header), c.file), mib<<20); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %.200v, want %q", err, c.want)
				}
			})
		})
	}
}
