package mix_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeCompiles finds each block of Go code of the README, but for its
// comments, in an example that the compiler has seen.
func TestReadmeCompiles(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	compiled := ""
	for _, path := range []string{"example_test.go", "mixgraph/example_test.go"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		compiled += bareCode(string(text))
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 2 {
		t.Fatalf("%d blocks of Go code", len(blocks))
	}
	for _, block := range blocks {
		if code := bareCode(block[1]); !strings.Contains(compiled, code) {
			t.Errorf("no example has this block of the README:\n%s", block[1])
		}
	}
}

// bareCode is code without its comments and indentation.
func bareCode(text string) string {
	var lines strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		if line = strings.TrimSpace(line); line != "" {
			lines.WriteString(line + "\n")
		}
	}
	return lines.String()
}
