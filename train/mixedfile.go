package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"

	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// What of the first mixed batch is kept: so many samples, fewer where they
// would take more bytes.
const (
	mixedSamples  = 12
	mixedBytes    = 4 << 20
	maxMixedBytes = 1 << 26 // of the file: a single sample may be large
)

// mixedNotes are what a file of mixed samples says of each, JSON.
type mixedNotes struct {
	Own     string  `json:"own"`
	Partner string  `json:"partner"`
	Input   float64 `json:"input"`
	Target  float64 `json:"target"`
}

const (
	epochNote   = "epoch"
	stepNote    = "step"
	samplesNote = "samples"
)

// keepMixed writes the first samples that the run mixes at the input, if the plan
// of the batch at hand is the first to do so.
func (u *run) keepMixed(batch, second *data.Batch) error {
	if u.mixedBefore || !u.plan.Mixed() || u.plan.Depth > 0 {
		return nil
	}
	partners := batch
	if u.plan.Second {
		partners = second
	}
	m, err := mixedBatch(&u.set.Info, batch, partners, &u.plan, min(mixedSamples, max(1, mixedBytes/(3*u.set.Size()))))
	if err != nil {
		return fmt.Errorf("keeping the first mixed batch: %w", err)
	}
	content, err := m.encode()
	if err != nil {
		return fmt.Errorf("keeping the first mixed batch: %w", err)
	}
	u.mixedBefore = true
	if len(content) > maxMixedBytes {
		return nil
	}
	return u.folder.Replace(rundir.MixedFile, content)
}

// hasMixed reports whether a batch before the run's position was mixed at the
// input: its samples are kept, or the run is from before they were, when
// methods mixed nowhere else.
func (u *run) hasMixed() (bool, error) {
	switch {
	case u.folder.Exists(rundir.MixedFile):
		return true, nil
	case mix.UsesDepth(u.method):
		return false, nil
	case u.state.Tally.Mixed.Samples > 0:
		return true, nil
	case u.state.Epoch == 0:
		return false, nil
	}
	metrics, err := ReadMetrics(u.folder.Path)
	if err != nil {
		return false, err
	}
	for _, m := range metrics {
		if m.Mixed > 0 {
			return true, nil
		}
	}
	return false, nil
}

// encode returns the content of the file: a tensor of bytes for the mixed
// samples, for their own ones and for their partners.
func (m *MixedBatch) encode() ([]byte, error) {
	shape := []uint64{uint64(len(m.Samples))}
	for _, d := range m.Shape {
		shape = append(shape, uint64(d))
	}
	f := tensorFile{notes: map[string]string{epochNote: strconv.Itoa(m.Epoch), stepNote: strconv.Itoa(m.Step)}, tensors: map[string]safetensors.TensorView{}}
	notes := make([]mixedNotes, len(m.Samples))
	pictures := map[string][]byte{}
	for i, s := range m.Samples {
		notes[i] = mixedNotes{s.OwnLabel, s.PartnerLabel, s.Input, s.Target}
		for name, values := range map[string][]float32{"mixed": s.Mixed, "own": s.Own, "partner": s.Partner} {
			for _, x := range values {
				pictures[name] = append(pictures[name], uint8(math.Round(255*float64(min(max(x, 0), 1)))))
			}
		}
	}
	text, err := json.Marshal(notes)
	if err != nil {
		return nil, err
	}
	f.notes[samplesNote] = string(text)
	for name, values := range pictures {
		if f.tensors[name], err = safetensors.NewTensorView(safetensors.U8, shape, values); err != nil {
			return nil, err
		}
	}
	return f.encode()
}

// ReadMixed returns the first samples that the run in a folder mixed, in 256
// levels. The error wraps fs.ErrNotExist where it has not mixed any yet, mixes
// nothing, or is from before they were kept, and ErrDamaged for a file that no
// run writes.
func ReadMixed(dir string) (*MixedBatch, error) {
	path := filepath.Join(dir, rundir.MixedFile)
	f, err := readTensorFile(path, maxMixedBytes)
	if err != nil {
		return nil, fmt.Errorf("reading mixed samples: %w", err)
	}
	m, err := f.mixed()
	if err != nil {
		return nil, fmt.Errorf("reading mixed samples: %w: %s: %w", ErrDamaged, path, err)
	}
	return m, nil
}

func (f *tensorFile) mixed() (*MixedBatch, error) {
	m := &MixedBatch{}
	var notes []mixedNotes
	for name, to := range map[string]any{epochNote: &m.Epoch, stepNote: &m.Step, samplesNote: &notes} {
		if err := json.Unmarshal([]byte(f.notes[name]), to); err != nil {
			return nil, fmt.Errorf("its note %q is not understood: %w", name, err)
		}
	}
	if m.Epoch < 0 || m.Step < 0 || len(notes) == 0 {
		return nil, errors.New("it has no samples, or is of no step")
	}
	pictures := [3][]byte{}
	for k, name := range []string{"mixed", "own", "partner"} {
		t, ok := f.tensors[name]
		if !ok || t.DType() != safetensors.U8 || len(t.Shape()) < 2 || len(t.Shape()) > 4 || t.DataLen() == 0 || t.Shape()[0] != uint64(len(notes)) {
			return nil, fmt.Errorf("tensor %q is not there, or is not of %d samples in bytes", name, len(notes))
		}
		var shape []int
		for _, d := range t.Shape()[1:] {
			shape = append(shape, int(d))
		}
		if k == 0 {
			m.Shape = shape
		}
		if fmt.Sprint(shape) != fmt.Sprint(m.Shape) {
			return nil, fmt.Errorf("samples of shape %v and %v", m.Shape, shape)
		}
		pictures[k] = t.Data()
	}
	size := len(pictures[0]) / len(notes)
	values := func(k, i int) []float32 {
		x := make([]float32, size)
		for at, b := range pictures[k][i*size : (i+1)*size] {
			x[at] = float32(b) / 255
		}
		return x
	}
	for i, n := range notes {
		m.Samples = append(m.Samples, MixedSample{Mixed: values(0, i), Own: values(1, i), Partner: values(2, i), OwnLabel: n.Own, PartnerLabel: n.Partner, Input: n.Input, Target: n.Target})
	}
	return m, nil
}
