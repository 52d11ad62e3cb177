// Package humanize writes numbers, times and lists of names as people read
// them.
package humanize
