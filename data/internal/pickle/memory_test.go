//go:build linux

package pickle

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// Files that make much of little are refused within the budget and a half.
func TestHostileFilesStayWithinMemory(t *testing.T) {
	tuples := "K\x01" + strings.Repeat("q\x00h\x00\x86", 10_000)
	for name, file := range map[string]io.Reader{
		"dicts":         memorytest.Endless("}"),
		"lists":         memorytest.Endless("]"),
		"marks":         memorytest.Endless("("),
		"numbers":       memorytest.Endless("J\xff\xff\xff\x7f"),
		"nothing":       memorytest.Endless("N0"),
		"protocols":     memorytest.Endless("\x80\x02"),
		"texts":         memorytest.Endless("U\x01a"),
		"memo":          memorytest.Endless("N\x94"),
		"list items":    io.MultiReader(strings.NewReader("]"), memorytest.Endless("Na")),
		"small dicts":   memorytest.Endless("}U\x01aNs"),
		"one dict":      io.MultiReader(strings.NewReader("}"), memorytest.Series(func(i int) string { return fmt.Sprintf("U\x08%08xNs", i) })),
		"many items":    io.MultiReader(strings.NewReader("]("), memorytest.Endless("N")),
		"tuples":        memorytest.Endless(")"),
		"objects":       memorytest.Endless("cnumpy.core.multiarray\n_reconstruct\n)R"),
		"names":         memorytest.Endless("c" + strings.Repeat("x", 1000) + "\nx\n"),
		"one text":      io.MultiReader(strings.NewReader("\x8e\x00\x00\x00\x03\x00\x00\x00\x00"), memorytest.Endless("a")),
		"encoded twice": io.MultiReader(strings.NewReader("c_codecs\nencode\nq\x00X\x00\x00\x80\x00"), io.LimitReader(memorytest.Endless("a"), 1<<23), strings.NewReader("U\x06latin1\x86q\x010"), memorytest.Endless("h\x00h\x01R")),
		"doubled tuple": io.MultiReader(strings.NewReader(tuples), memorytest.Endless("q\x00h\x00\x86")),
	} {
		t.Run(name, func(t *testing.T) {
			const mib = 64
			memorytest.Within(t, mib+mib/2, func(t *testing.T) {
				if _, err := read(file, mib<<20); err == nil || !strings.Contains(err.Error(), "MiB of memory") {
					t.Errorf("error %.200v, want one about memory", err)
				}
			})
		})
	}
}

// The bound of Read is that of MaxBytes.
func TestReadStaysWithinMaxBytes(t *testing.T) {
	memorytest.Within(t, MaxBytes>>20+MaxBytes>>22, func(t *testing.T) {
		if _, err := Read(memorytest.Endless("}")); err == nil || !strings.Contains(err.Error(), "1024 MiB of memory") {
			t.Errorf("error %.200v, want one about memory", err)
		}
	})
}

// What a file holds is never spelled out in an error or by fmt: a dict may hold itself, and 40 tuples
// of two the same are 2^40 values.
func TestValuesAreNotSpelledOut(t *testing.T) {
	memorytest.Within(t, 64, func(t *testing.T) {
		cycle := "}q\x00U\x01ah\x00s"
		double := "K\x01" + strings.Repeat("q\x01h\x01\x86", 40)
		state := func(shape, dtype, data string) string {
			return python2("(K\x01" + shape + "cnumpy\ndtype\n" + dtype + "\x85R\x89" + data + "tb")
		}
		long := "T\x00\x00\x10\x00" + strings.Repeat("\x1b\n", 1<<19)
		for _, file := range []string{
			state("("+cycle+"t", "U\x02u1", "U\x06abcdef"),
			state("("+double+"t", "U\x02u1", "U\x06abcdef"),
			state("("+strings.Repeat("K\x01", 1<<16)+"t", "U\x02u1", "U\x06abcdef"),
			state("K\x06\x85", long, "U\x06abcdef"),
			cycle + "K\x01a.",
			double + "K\x01a.",
			double + "Nb.",
			cycle + double + "R.",
			"}" + double + "K\x01s.",
			long + long + "\x93)R.",
			"c_codecs\nencode\n" + double + double + "\x86R.",
		} {
			_, err := Read(strings.NewReader(file))
			if err == nil || len(err.Error()) > 500 || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%.60q: error %.500q, want a short line", file, err)
			}
		}
		for _, file := range []string{cycle + ".", double + ".", "]q\x00h\x00a."} {
			v, err := Read(strings.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprintf("%v %+v %s %q", v, v, v, v); len(text) > 500 {
				t.Errorf("%.60q is spelled out in %d bytes", file, len(text))
			}
		}
	})
}
