// Package layers holds the packages of the project to the table of rooms in
// ARCHITECTURE.md, which says what each folder may import. Tests alone use it.
//
// A row of the table is
//
//	| `folder`, `folder` | what lives there | `room`, `room`, GoMLX |
//
// A package belongs to the room of its own folder or of the nearest folder
// above that has a row. Packages of one room may import each other; those of
// other rooms only where the third column names the room, or says "all below".
// Rows stand top to bottom: what a row names has its own further down. A row
// that names what none of its packages imports is told too, so that the table
// says what is.
package layers
