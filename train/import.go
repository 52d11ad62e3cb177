package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/ownfolder"
	"github.com/vicinal-ml/vicinal/internal/patherr"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Import makes a folder with the weights of a safetensors file, named as
// PyTorch's, in a checkpoint-last: [Open], [Load] and [Export] take it as that
// of a run before its first step, and no run can be trained in it. The
// network is spec.Model for samples of that shape and those classes; of the
// rest of spec, what says the data is kept. What prepared the samples is that
// which Export wrote to the file, or else prepared, which may be nil.
//
// The folder must not exist or be empty; where Import fails it is as before.
func Import(file string, spec Spec, shape []int, classes []string, prepared *data.Preparation, dir string) error {
	network, err := zoo.New(spec.Model, shape, len(classes))
	if err != nil {
		return err
	}
	values, err := weights.ReadFile(file, network, weights.Options{})
	if err != nil {
		return err
	}
	exported, err := ExportedPreparation(file)
	if err != nil {
		return err
	}
	if exported != nil {
		prepared = exported
	}
	if prepared != nil && !slices.Equal(prepared.Shape, shape) {
		return fmt.Errorf("%s has weights for samples of shape %v, not %v", file, prepared.Shape, shape)
	}
	sum, err := fileSum(file)
	if err != nil {
		return err
	}
	imported := Spec{
		Data: spec.Data, DataDir: spec.DataDir, Classes: spec.Classes, TrainSize: spec.TrainSize, Validation: spec.Validation,
		Model: network.Spec, Seed: spec.Seed, Init: file,
	}
	text, err := imported.encode()
	if err != nil {
		return err
	}
	c := &checkpoint{header: header{Spec: string(text), Init: sum, Shape: shape, Classes: classes, Preparation: prepared}}
	for i := range network.Variables {
		v := &network.Variables[i]
		c.Tensors = append(c.Tensors, entry{Path: "/" + modelScope + "/" + v.Path, Dims: v.Dims})
		c.values = append(c.values, values[v.Path])
	}
	made, err := emptyFolder(dir)
	if err != nil {
		return err
	}
	err = c.write(filepath.Join(dir, rundir.LastFile), nil)
	if err != nil && made {
		os.Remove(dir)
	}
	return err
}

// emptyFolder makes the folder, or finds it empty, and reports which.
func emptyFolder(dir string) (made bool, err error) {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return false, ownfolder.Check(dir, "", nil, ErrOtherRun)
	}
	if err := wholefile.MkdirAll(dir); err != nil {
		return false, fmt.Errorf("creating the folder %s: %w", dir, patherr.Cause(err))
	}
	return true, nil
}
