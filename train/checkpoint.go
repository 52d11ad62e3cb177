package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/tfevents"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
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
	values [][]float32 // of each of header.Tensors
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

	State   state `json:"state"`
	Metrics mark  `json:"metrics"`
	Timing  mark  `json:"timing"`

	Events tfevents.Mark `json:"events"`

	Tensors []entry `json:"tensors"`
}

// entry names a tensor.
type entry struct {
	Path string `json:"path"`
	Dims []int  `json:"dims"`
}

// size returns the number of values, or -1 if the dimensions make no sense.
func (e entry) size() int {
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

// readCheckpoint reads a file. Its error is ErrDamaged for any content that a
// checkpoint written by this package cannot have.
func readCheckpoint(file string) (*checkpoint, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading a checkpoint: %w", err)
	}
	c, err := decodeCheckpoint(content)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, file, err)
	}
	if bad, value := c.notFinite(); bad >= 0 {
		return nil, fmt.Errorf("%w: %s: tensor %s holds %v", ErrDamaged, file, c.Tensors[bad].Path, value)
	}
	return c, nil
}

// readCheckpointOf is readCheckpoint for a checkpoint of that network.
func readCheckpointOf(network *zoo.Network, file string) (*checkpoint, error) {
	c, err := readCheckpoint(file)
	if err == nil {
		if bad := c.negativeVariance(network); bad != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, file, bad)
		}
	}
	return c, err
}

func decodeCheckpoint(content []byte) (*checkpoint, error) {
	if !bytes.HasPrefix(content, []byte(checkpointMagic)) {
		return nil, errors.New("it does not begin as a checkpoint does")
	}
	if len(content) < checkpointFrame+sha256.Size {
		return nil, io.ErrUnexpectedEOF
	}
	body, sum := content[:len(content)-sha256.Size], content[len(content)-sha256.Size:]
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:]) {
		return nil, errors.New("its checksum is wrong: the file was cut short or changed")
	}
	length := binary.LittleEndian.Uint64(body[len(checkpointMagic):])
	rest := body[checkpointFrame:]
	if length > uint64(len(rest)) {
		return nil, io.ErrUnexpectedEOF
	}
	var c checkpoint
	if err := json.Unmarshal(rest[:length], &c.header); err != nil {
		return nil, fmt.Errorf("its header cannot be read: %w", err)
	}
	rest = rest[length:]
	for _, e := range c.Tensors {
		n := e.size()
		if n < 0 || n > len(rest)/4 {
			return nil, fmt.Errorf("tensor %s of shape %v is longer than the file", e.Path, e.Dims)
		}
		values := make([]float32, n)
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(rest[4*i:]))
		}
		c.values = append(c.values, values)
		rest = rest[4*n:]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow the last tensor", len(rest))
	}
	return &c, nil
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

// readHeader reads the header of a file alone, without its sum.
func readHeader(path string) (*header, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a checkpoint: %w", err)
	}
	defer file.Close()
	frame := make([]byte, checkpointFrame)
	if _, err := io.ReadFull(file, frame); err != nil || !bytes.HasPrefix(frame, []byte(checkpointMagic)) {
		return nil, fmt.Errorf("%w: %s: it does not begin as a checkpoint does", ErrDamaged, path)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading a checkpoint: %w", err)
	}
	length := binary.LittleEndian.Uint64(frame[len(checkpointMagic):])
	if length > uint64(info.Size()) {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, io.ErrUnexpectedEOF)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(file, text); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	var h header
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf("%w: %s: its header cannot be read: %w", ErrDamaged, path, err)
	}
	return &h, nil
}
