// Package memorytest bounds the memory of a test, and makes files that would take more.
package memorytest

import "io"

// Endless repeats text for ever, as a gzipped file of a few kilobytes may.
func Endless(text string) io.Reader { return &endless{text: text} }

type endless struct {
	text string
	at   int
}

// Series is the texts that make gives for 0, 1, 2, ..., for ever.
func Series(make func(i int) string) io.Reader { return &series{make: make} }

type series struct {
	make func(i int) string
	next int
	left string
}

func (s *series) Read(p []byte) (int, error) {
	for s.left == "" {
		s.left = s.make(s.next)
		s.next++
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

func (e *endless) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		k := copy(p[n:], e.text[e.at:])
		n += k
		e.at = (e.at + k) % len(e.text)
	}
	return len(p), nil
}
