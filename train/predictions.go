package train

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// maxPredictionsBytes bounds the file of predictions.
const maxPredictionsBytes = 1 << 28

// Predictions are what the network of a finished run made of the test part:
// enough to measure it again without the data or the weights.
type Predictions struct {
	Task   task.Task        // bound to Info; its loss is that without label smoothing and class weights
	Info   *data.Info       // of the data: its name, and the classes or targets
	Data   data.Fingerprint // of the data, without the times of files
	Judged *task.Judged     // a row for each test sample, in the order of the test part
}

// Column returns what a column of the task says of each sample, nil where the
// task has no such column.
func (p *Predictions) Column(name string) []float32 {
	for k, column := range p.Task.Columns() {
		if column != name {
			continue
		}
		values := make([]float32, p.Judged.N)
		for i := range values {
			values[i] = p.Judged.Row(i)[k]
		}
		return values
	}
	return nil
}

// The notes of a file of predictions.
const (
	taskNote    = "task"        // the task's spec
	primaryNote = "primary"     // the name of its primary measure
	dataNote    = "data"        // the data set's name
	classesNote = "classes"     // their names, JSON
	learnsNote  = "learns"      // the targets, JSON; not there for classes of samples
	printNote   = "fingerprint" // of the data, JSON
)

// encodePredictions returns the content of the file: a tensor [N] for each
// column of the task.
func encodePredictions(t task.Task, info *data.Info, print data.Fingerprint, judged *task.Judged) ([]byte, error) {
	print.Times = "" // equal runs write equal predictions, also from a copy of the data
	f := tensorFile{notes: map[string]string{taskNote: t.String(), primaryNote: t.Primary(), dataNote: info.Name}, tensors: map[string]safetensors.TensorView{}}
	for name, value := range map[string]any{classesNote: info.Classes, learnsNote: learnsOf(info), printNote: print} {
		if l, ok := value.(*learns); ok && l == nil {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		f.notes[name] = string(text)
	}
	for k, name := range t.Columns() {
		if _, twice := f.tensors[name]; twice {
			return nil, fmt.Errorf("task %s has two columns %q", t, name)
		}
		values := make([]byte, 0, 4*judged.N)
		for i := range judged.N {
			values = binary.LittleEndian.AppendUint32(values, math.Float32bits(judged.Row(i)[k]))
		}
		var err error
		if f.tensors[name], err = safetensors.NewTensorView(safetensors.F32, []uint64{uint64(judged.N)}, values); err != nil {
			return nil, err
		}
	}
	return f.encode()
}

// ReadPredictions returns what the finished run in a folder predicted. The error
// wraps fs.ErrNotExist where the run left none, as runs of before it was kept
// and runs without a test part, and ErrDamaged for a file that no run writes.
func ReadPredictions(dir string) (*Predictions, error) { return ReadPredictionsAs(dir, nil) }

// ReadPredictionsAs is ReadPredictions of a run with a task of its program's
// own, see [Runner]; nil is what the run's spec names.
func ReadPredictionsAs(dir string, own task.Task) (*Predictions, error) {
	path := filepath.Join(dir, rundir.PredictionsFile)
	f, err := readTensorFile(path, maxPredictionsBytes)
	if err != nil {
		return nil, fmt.Errorf("reading predictions: %w", err)
	}
	p, err := f.predictions(own)
	if err != nil {
		return nil, fmt.Errorf("reading predictions: %w: %s: %w", ErrDamaged, path, err)
	}
	return p, nil
}

func (f *tensorFile) predictions(own task.Task) (*Predictions, error) {
	var h header
	for name, to := range map[string]any{classesNote: &h.Classes, learnsNote: &h.Learns, printNote: &h.Data} {
		text, ok := f.notes[name]
		if !ok {
			continue
		}
		if err := json.Unmarshal([]byte(text), to); err != nil {
			return nil, fmt.Errorf("its note %q is not understood: %w", name, err)
		}
	}
	p := &Predictions{Task: own, Info: h.info(f.notes[dataNote]), Data: h.Data}
	if own == nil {
		spec := f.notes[taskNote]
		if spec == "" {
			return nil, errors.New("it does not say of which task")
		}
		var err error
		if p.Task, err = task.New(spec, p.Info, task.Options{}); err != nil {
			return nil, err
		}
	}
	columns := p.Task.Columns()
	if len(f.tensors) != len(columns) {
		return nil, fmt.Errorf("it has %d columns, and task %s %d", len(f.tensors), p.Task, len(columns))
	}
	j := &task.Judged{Width: len(columns)}
	for k, name := range columns {
		t, ok := f.tensors[name]
		if !ok || t.DType() != safetensors.F32 || len(t.Shape()) != 1 || t.DataLen() == 0 {
			return nil, fmt.Errorf("column %q of task %s is not there, or is no row of F32", name, p.Task)
		}
		n := int(t.DataLen() / 4)
		if k > 0 && n != j.N {
			return nil, fmt.Errorf("column %q has %d samples, others have %d", name, n, j.N)
		}
		j.N = n
	}
	j.Values = make([]float32, j.N*j.Width) // as many as the file holds
	for k, name := range columns {
		values := f.tensors[name].Data()
		for i := range j.N {
			x := math.Float32frombits(binary.LittleEndian.Uint32(values[4*i:]))
			if x-x != 0 {
				return nil, fmt.Errorf("column %q says %v of sample %d", name, x, i)
			}
			j.Values[i*j.Width+k] = x
		}
	}
	p.Judged = j
	return p, nil
}

// keepPredictions writes what the network makes of the test part after the last
// epoch. It is judged anew where that is not at hand, as after a run was killed
// between its last evaluation and its result.
func (u *run) keepPredictions(ctx context.Context) error {
	if u.set.Test.Len() == 0 {
		return nil
	}
	if u.judged == nil {
		judged, err := u.evaluator.judge(ctx, u.set.Test, u.tellEvaluation(u.state.Epoch, string(measure.Test), u.set.Test.Len()))
		switch {
		case ctx.Err() != nil:
			return u.interrupt(ctx)
		case err != nil:
			return err
		}
		u.judged = judged
	}
	content, err := encodePredictions(u.task, &u.set.Info, u.header.Data, u.judged)
	if err != nil {
		return fmt.Errorf("writing predictions: %w", err)
	}
	if len(content) > maxPredictionsBytes {
		u.hooks.note(fmt.Sprintf("the predictions on the test part are not kept: they would take %d MiB, and at most %d are read", len(content)>>20, maxPredictionsBytes>>20))
		return nil
	}
	return u.folder.Replace(rundir.PredictionsFile, content)
}
