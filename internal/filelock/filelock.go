// Package filelock takes advisory locks on files. A lock ends when the file is
// closed, with the process at the latest.
package filelock
