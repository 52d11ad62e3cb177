package report

import (
	"unicode"
	"unicode/utf8"
)

// capital begins a sentence.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}
