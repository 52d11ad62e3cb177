package train

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/weights"
)

// Exported says what Export wrote.
type Exported struct {
	Checkpoint string   `json:"checkpoint"` // the file read
	Model      string   `json:"model"`
	Classes    []string `json:"classes"`
	Epoch      int      `json:"epoch"` // finished epochs
	Params     int      `json:"params"`
}

// Export writes the weights of a run to a safetensors file, with PyTorch's
// names and layouts (see package weights): those that the run was evaluated
// with, which are the average where it keeps one. from is a run folder, of
// which which is taken, or a checkpoint file.
func Export(from string, which Which, to string) (*Exported, error) {
	s, err := Load(from, which)
	if err != nil {
		return nil, err
	}
	c, spec := s.content, s.Spec
	values := map[string][]float32{}
	for i, e := range c.Tensors {
		if name, ok := strings.CutPrefix(e.Path, "/"+spec.Average.scope()+"/"); ok {
			values[name] = c.values[i]
		}
	}
	classes, err := json.Marshal(c.Classes)
	if err != nil {
		return nil, fmt.Errorf("exporting %s: %w", s.Path, err)
	}
	notes := map[string]string{
		"classes": string(classes), "shape": strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Shape), " ", "x"), "[]"),
		"data": spec.Data, "method": spec.Method, "seed": fmt.Sprint(spec.Seed), "epochs": fmt.Sprint(c.State.Epoch),
	}
	if err := weights.WriteFile(to, s.network, values, notes); err != nil {
		return nil, err
	}
	return &Exported{Checkpoint: s.Path, Model: s.network.Spec, Classes: s.Classes, Epoch: s.Epoch, Params: s.network.Params}, nil
}
