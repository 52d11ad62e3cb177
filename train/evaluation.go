package train

import (
	"encoding/json"

	"github.com/vicinal-ml/vicinal/internal/jsonobject"
	"github.com/vicinal-ml/vicinal/measure"
)

// Evaluation is what a network comes to on a part of the data, in inference
// mode.
type Evaluation struct {
	Samples  int
	Measures measure.Table
	Primary  string // name of the primary measure
}

// MarshalJSON writes an object of the number of samples, and of the measures by
// their names: "loss", "error".
func (e Evaluation) MarshalJSON() ([]byte, error) {
	samples, err := json.Marshal(struct {
		Samples int `json:"samples"`
	}{e.Samples})
	if err != nil {
		return nil, err
	}
	values, err := e.named().MarshalJSON()
	if err != nil {
		return nil, err
	}
	return jsonobject.Join(samples, values), nil
}

// named are the values by the measures' names.
func (e Evaluation) named() (values measure.Values) {
	for _, n := range e.Measures {
		values = append(values, measure.Value{Key: n.Name, Value: n.Value})
	}
	return values
}

// Of returns the value of the measure of that name, NaN where there is none.
func (e Evaluation) Of(name string) float64 { return e.named().Of(name) }
