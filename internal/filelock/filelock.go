// Package filelock takes locks on files: flock where there is one, LockFileEx on
// Windows, fcntl elsewhere; a system with none of them grants no lock. A lock
// ends when the file is closed, with the process at the latest.
package filelock
