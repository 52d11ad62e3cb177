package winograd

// Panel is how many columns of a matrix lie together where [Multiplies] is true: a matrix is panels of that many
// columns, one after the other, each by row. The last may be half used; what lies in the rest is of no account.
const Panel = 16

// matrix is one of the 36 of a stack. By row it has a panel of all its columns.
type matrix struct{ rows, columns, panel int }

// offset is that of an element in bytes.
func (m matrix) offset(row, column int) int {
	return 4 * (column/m.panel*m.rows*m.panel + row*m.panel + column%m.panel)
}

// floats is its size with all of its last panel.
func (m matrix) floats() int { return (m.columns + m.panel - 1) / m.panel * m.panel * m.rows }

// matrix makes one in the convolution's layout.
func (c *Convolution) matrix(rows, columns int) matrix {
	if c.panels {
		return matrix{rows, columns, Panel}
	}
	return matrix{rows, columns, columns}
}
