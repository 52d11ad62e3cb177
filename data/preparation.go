package data

// Preparation says how the files of a set became samples: what was measured on
// its training part, and what its name said. Weights are of use only for samples
// that are prepared alike, so it is kept with them; Options.Preparation applies
// it to other files. Its JSON gives back every bit.
type Preparation struct {
	Shape   []int    `json:"shape"`             // of a sample
	Classes []string `json:"classes,omitempty"` // by label, before Options.Classes keeps some

	// Mean and Std normalise, as Info.Mean and Info.Std.
	Mean []float64 `json:"mean,omitempty"`
	Std  []float64 `json:"std,omitempty"`

	// Of a table: its columns in order, and the name of the one with the targets.
	Columns []Column `json:"columns,omitempty"`
	Target  string   `json:"target,omitempty"`

	// Of image files: what the shorter side is resized to before the centre is
	// cut out. 0 for the rest.
	Resize int `json:"resize,omitempty"`

	// Of sounds: samples a second. 0 for the rest.
	Rate int `json:"rate,omitempty"`
}

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`

	// Categories are the texts of the column, each of which is one 0/1 value of a
	// sample; nil where the column is numeric, which is one value.
	Categories []string `json:"categories,omitempty"`
}

// width returns the number of values that the column has in a sample.
func (c *Column) width() int {
	if c.Categories == nil {
		return 1
	}
	return len(c.Categories)
}

// featureNames returns the name of each value of a row: "length", "colour=red".
func featureNames(columns []Column) []string {
	var names []string
	for _, c := range columns {
		if c.Categories == nil {
			names = append(names, c.Name)
		}
		for _, k := range c.Categories {
			names = append(names, c.Name+"="+k)
		}
	}
	return names
}
