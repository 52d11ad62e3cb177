// Package texttable lays cells out as a table: in aligned columns, or in
// Markdown.
package texttable
