// Package report shows the results of a study: as a table for the terminal, as
// one self-contained HTML page, and as figures.
//
// [Write] makes the page and, beside it, every figure as PNG and SVG and every
// table as CSV. [Table] is the terminal's table. The figures can be drawn by
// themselves: [BetaPlot], [PreviewGrid], [ToyBoundary], [Curves], [Differences].
//
// The same input gives the same bytes. Colours stay apart for the common forms
// of colour blindness, and no figure tells by colour alone.
package report
