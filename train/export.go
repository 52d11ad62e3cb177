package train

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/jsonfile"
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

// preparationNote names the note of what prepared the samples.
const preparationNote = "preparation"

// ExportedPreparation returns what prepared the samples of the weights in a
// safetensors file that Export wrote; nil where the file does not say.
func ExportedPreparation(file string) (*data.Preparation, error) {
	notes, err := weights.ReadNotes(file)
	if err != nil {
		return nil, err
	}
	text, ok := notes[preparationNote]
	if !ok {
		return nil, nil
	}
	var p data.Preparation
	if err := jsonfile.Decode([]byte(text), maxObjects, &p); err != nil {
		return nil, fmt.Errorf("reading weights from %s: what it says of their data is not understood: %w", file, err)
	}
	return &p, nil
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
	if c.Preparation != nil {
		text, err := json.Marshal(c.Preparation)
		if err != nil {
			return nil, fmt.Errorf("exporting %s: %w", s.Path, err)
		}
		notes[preparationNote] = string(text)
	}
	if err := weights.WriteFile(to, s.network, values, notes); err != nil {
		return nil, err
	}
	return &Exported{Checkpoint: s.Path, Model: s.network.Spec, Classes: s.Classes, Epoch: s.Epoch, Params: s.network.Params}, nil
}
