package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/regular"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Bounds of the header of a checkpoint, which names each tensor and each finished epoch.
const (
	maxHeaderBytes   = 1 << 27
	maxHeaderObjects = 1 << 21
)

// checkpointFile is an open checkpoint, of which the header alone is in memory: its tensors are as long as
// the file, however long that claims to be.
type checkpointFile struct {
	header
	path    string
	content io.ReaderAt
	close   func() error
	tensors int64 // where they begin
	size    int64 // of the file
}

// openCheckpoint opens a file that is whole. Its error is ErrDamaged for any
// content that a checkpoint written by this package cannot have. The caller
// closes it.
func openCheckpoint(path string) (*checkpointFile, error) {
	f, err := openUnverified(path)
	if err != nil {
		return nil, err
	}
	if err := f.verify(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// openUnverified is openCheckpoint without the comparison of the sum.
func openUnverified(path string) (*checkpointFile, error) {
	file, err := regular.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a checkpoint: %w", err)
	}
	f := &checkpointFile{path: path, content: file, close: file.Close}
	info, err := file.Stat()
	if err != nil {
		err = fmt.Errorf("reading a checkpoint: %w", err)
	} else {
		f.size = info.Size()
		err = f.readHeader()
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func (f *checkpointFile) damaged(err error) error {
	return fmt.Errorf("%w: %s: %w", ErrDamaged, f.path, err)
}

// readHeader reads the header of a file that is as long as it says.
func (f *checkpointFile) readHeader() error {
	frame := make([]byte, checkpointFrame)
	n, err := f.content.ReadAt(frame, 0)
	if err != nil && err != io.EOF {
		return f.damaged(err)
	}
	if !bytes.HasPrefix(frame[:n], []byte(checkpointMagic)) {
		return f.damaged(errors.New("it does not begin as a checkpoint does"))
	}
	rest := f.size - int64(checkpointFrame) - sha256.Size
	if err != nil || rest < 0 {
		return f.damaged(io.ErrUnexpectedEOF)
	}
	length := binary.LittleEndian.Uint64(frame[len(checkpointMagic):])
	switch {
	case length > uint64(rest):
		return f.damaged(io.ErrUnexpectedEOF)
	case length > maxHeaderBytes:
		return f.damaged(fmt.Errorf("its header has %d bytes: at most %d are read", length, maxHeaderBytes))
	}
	text := make([]byte, length)
	if _, err := f.content.ReadAt(text, int64(checkpointFrame)); err != nil {
		return f.damaged(err)
	}
	if err := jsonfile.Decode(text, maxHeaderObjects, &f.header); err != nil {
		return f.damaged(fmt.Errorf("its header cannot be read: %w", err))
	}
	f.tensors = int64(checkpointFrame) + int64(length)
	rest -= int64(length)
	known := make(map[string]bool, len(f.Tensors))
	for _, e := range f.Tensors {
		n := int64(e.size())
		switch {
		case known[e.Path]:
			return f.damaged(fmt.Errorf("it names the tensor %.100q twice", e.Path))
		case n < 0 || n > rest/4:
			return f.damaged(fmt.Errorf("tensor %.100q is longer than the file, which was cut short or changed", e.Path))
		}
		known[e.Path] = true
		rest -= 4 * n
	}
	if rest > 0 {
		return f.damaged(fmt.Errorf("%d bytes follow the last tensor", rest))
	}
	return nil
}

// verify compares the sum.
func (f *checkpointFile) verify() error {
	body := f.size - sha256.Size
	hash := sha256.New()
	if _, err := io.CopyBuffer(hash, io.NewSectionReader(f.content, 0, body), make([]byte, 1<<18)); err != nil {
		return f.damaged(err)
	}
	sum := make([]byte, sha256.Size)
	if _, err := f.content.ReadAt(sum, body); err != nil && err != io.EOF {
		return f.damaged(err)
	}
	if !bytes.Equal(sum, hash.Sum(nil)) {
		return f.damaged(errors.New("its checksum is wrong: the file was cut short or changed"))
	}
	return nil
}

// read reads the tensors that are wanted, whose size the caller knows to be what it needs, and checks the
// values of all.
func (f *checkpointFile) read(wanted func(entry) bool) (*checkpoint, error) {
	c := &checkpoint{header: f.header, values: make([][]float32, len(f.Tensors))}
	at := f.tensors
	for i, e := range f.Tensors {
		n := e.size()
		keep := wanted(e)
		if keep {
			c.values[i] = make([]float32, 0, n)
		}
		err := f.floats(at, n, func(some []float32) error {
			if keep {
				c.values[i] = append(c.values[i], some...)
			}
			return e.finite(some)
		})
		if err != nil {
			return nil, f.damaged(err)
		}
		at += 4 * int64(n)
	}
	return c, nil
}

// floats hands over n values in pieces, which are valid until each returns.
func (f *checkpointFile) floats(at int64, n int, each func([]float32) error) error {
	const most = 1 << 14
	content, values := make([]byte, 4*min(n, most)), make([]float32, min(n, most))
	for ; n > 0; n -= len(values) {
		values = values[:min(n, len(values))]
		content = content[:4*len(values)]
		if _, err := f.content.ReadAt(content, at); err != nil {
			return err
		}
		at += int64(len(content))
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(content[4*i:]))
		}
		if err := each(values); err != nil {
			return err
		}
	}
	return nil
}

// readOf is read for a checkpoint of that network.
func (f *checkpointFile) readOf(network *zoo.Network, wanted func(entry) bool) (*checkpoint, error) {
	c, err := f.read(wanted)
	if err != nil {
		return nil, err
	}
	if err := c.negativeVariance(network); err != nil {
		return nil, f.damaged(err)
	}
	return c, nil
}

// readCheckpointOf reads what is wanted of a file that is whole.
func readCheckpointOf(network *zoo.Network, path string, wanted func(entry) bool) (*checkpoint, error) {
	f, err := openCheckpoint(path)
	if err != nil {
		return nil, err
	}
	defer f.close()
	return f.readOf(network, wanted)
}
