package study

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// longestSlug keeps folder names well below what file systems take.
const longestSlug = 80

// Slug returns the name of a method's folder: its canonical spec with what a
// file name cannot hold, or a shell would take for itself, replaced. Different
// specs have different slugs.
func Slug(method string) string {
	exact := true
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '=':
			return r
		case r == '.':
			return r
		case r == ':':
			return '-'
		case r == ',':
			return '_'
		}
		exact = false
		return '~'
	}, method)
	if exact && slug != "" && slug[0] != '.' && len(slug) <= longestSlug {
		return slug
	}
	sum := sha256.Sum256([]byte(method))
	return strings.TrimLeft(slug[:min(len(slug), longestSlug-10)], ".") + "~" + hex.EncodeToString(sum[:4])
}
