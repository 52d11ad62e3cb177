package cli

import (
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/train"
)

// outFolder is the folder of a run or study where none is given: one for each group of settings, so that the
// same command finds its work again.
func outFolder(what string, spec train.Spec, hash string) string {
	model, _, _ := strings.Cut(spec.Model, ":")
	return filepath.Join("runs", strings.Join([]string{what, plainName(filepath.Base(spec.Data)), model, hash[:8]}, "-"))
}

// plainName replaces what a file name or a shell could stumble over.
func plainName(s string) string {
	const longest = 40
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '=' {
			return r
		}
		return '-'
	}, s)
	return strings.Trim(name[:min(len(name), longest)], "-.")
}
