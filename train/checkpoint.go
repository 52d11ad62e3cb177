package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/tfevents"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// A checkpoint file is
//
//	8 bytes   "vicinal1"
//	8 bytes   length H of the header, little-endian
//	H bytes   the header, JSON
//	          the tensors in the order of the header: float32, little-endian,
//	          row by row
//	32 bytes  SHA-256 of everything before
const checkpointMagic = "vicinal1"

const checkpointFrame = len(checkpointMagic) + 8

// checkpoint is the content of a checkpoint file.
type checkpoint struct {
	header
	values [][]float32 // of each of header.Tensors, nil where it was not read
}

// header is the part of a checkpoint that is not tensors.
type header struct {
	Spec     string           `json:"spec"`               // the text of spec.toml
	Data     data.Fingerprint `json:"data"`               // of the data set
	Init     string           `json:"init,omitempty"`     // sum of the file of initial weights
	Revision int              `json:"revision,omitempty"` // see Revision
	Shape    []int            `json:"shape"`
	Classes  []string         `json:"classes"`
	Versions Versions         `json:"versions"`
	Learns   *learns          `json:"learns,omitempty"` // nil for classes of samples

	Preparation *data.Preparation `json:"preparation,omitempty"` // of the samples; nil in checkpoints from before it was kept

	State   state       `json:"state"`
	Metrics rundir.Mark `json:"metrics"`
	Timing  rundir.Mark `json:"timing"`

	Events tfevents.Mark `json:"events"`

	Tensors []entry `json:"tensors"`
}

// entry names a tensor.
type entry struct {
	Path string `json:"path"`
	Dims []int  `json:"dims"`
}

// maxAxes bounds the dimensions of a tensor.
const maxAxes = 16

// size returns the number of values, or -1 if the dimensions make no sense.
func (e entry) size() int {
	if len(e.Dims) > maxAxes {
		return -1
	}
	n := 1
	for _, d := range e.Dims {
		if d < 0 || d > 0 && n > math.MaxInt32/d {
			return -1
		}
		n *= d
	}
	return n
}

// encode returns the content of the file.
func (c *checkpoint) encode() ([]byte, error) {
	head, err := json.Marshal(c.header)
	if err == nil && len(head) > maxHeaderBytes {
		err = fmt.Errorf("its header of %d bytes could not be read: at most %d are", len(head), maxHeaderBytes)
	}
	if err != nil {
		return nil, fmt.Errorf("writing a checkpoint: %w", err)
	}
	size := checkpointFrame + len(head) + sha256.Size
	for _, values := range c.values {
		size += 4 * len(values)
	}
	content := make([]byte, 0, size)
	content = append(content, checkpointMagic...)
	content = binary.LittleEndian.AppendUint64(content, uint64(len(head)))
	content = append(content, head...)
	for _, values := range c.values {
		for _, v := range values {
			content = binary.LittleEndian.AppendUint32(content, math.Float32bits(v))
		}
	}
	sum := sha256.Sum256(content)
	return append(content, sum[:]...), nil
}

// write replaces the file. The one already there stays until the new
// one is whole and on the disk; then keep, unless it is nil, may put it aside.
func (c *checkpoint) write(file string, keep func() error) error {
	content, err := c.encode()
	if err != nil {
		return err
	}
	pending, err := wholefile.Prepare(file, bytes.NewReader(content))
	if err != nil {
		return err
	}
	if keep != nil {
		// What is aside stays: it is whole, and a run may go on from it.
		if err := keep(); err != nil {
			return err
		}
	}
	return pending.Commit()
}

// notFinite returns the number of the first tensor with a value that is NaN or
// infinite, and that value; -1 if there is none.
func (c *checkpoint) notFinite() (tensor int, value float32) {
	for i, values := range c.values {
		for _, v := range values {
			if v-v != 0 {
				return i, v
			}
		}
	}
	return -1, 0
}

// finite reports a value that is not.
func (e entry) finite(values []float32) error {
	for _, v := range values {
		if v-v != 0 {
			return fmt.Errorf("tensor %.100s holds %v", e.Path, v)
		}
	}
	return nil
}

// negativeVariance reports a running variance below 0, which no checkpoint is
// written with, if any.
func (c *checkpoint) negativeVariance(network *zoo.Network) error {
	variances := map[string]bool{}
	for i := range network.Variables {
		if v := &network.Variables[i]; v.Role == zoo.RunningVariance {
			variances["/"+modelScope+"/"+v.Path], variances["/"+averageScope+"/"+v.Path] = true, true
		}
	}
	for i, e := range c.Tensors {
		if !variances[e.Path] {
			continue
		}
		if k := slices.IndexFunc(c.values[i], func(v float32) bool { return v < 0 }); k >= 0 {
			return fmt.Errorf("tensor %s holds %v: a variance is not negative", e.Path, c.values[i][k])
		}
	}
	return nil
}
