package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"github.com/vicinal-ml/vicinal/measure"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

func sample() *checkpoint {
	half := 0.5
	return &checkpoint{
		header: header{
			Spec: "seed = 1\n", Data: data.Fingerprint{Samples: "abc", Source: "def"}, Revision: 3, Shape: []int{2}, Classes: []string{"a", "b"}, Versions: Versions{Go: "go"},
			State: state{Epoch: 1, Step: 2, Steps: 5, Seen: 9, Tally: tally{Phase: mix.PhaseOn, Rate: 1e-3, Mixed: sums{Samples: 3, Loss: 1. / 3, Hits: 0.1}},
				History: []mix.EpochStats{{Phase: mix.PhaseOff, Loss: math.Pi, Accuracy: 1. / 7}}, Best: &best{Epoch: 1, Values: measure.Values{{Key: "val_error", Value: half}}}, Seconds: 1.5},
			Metrics: rundir.Mark{Size: 3, Sum: "x"}, Tensors: []entry{{"/model/w", []int{2, 1}}, {"/model/b", nil}, {"/none", []int{0, 5}}},
		},
		values: [][]float32{{1.5, math.SmallestNonzeroFloat32}, {-2}, {}},
	}
}

// everything wants all tensors.
func everything(entry) bool { return true }

// readCheckpoint reads all of a file.
func readCheckpoint(path string) (*checkpoint, error) {
	f, err := openCheckpoint(path)
	if err != nil {
		return nil, err
	}
	defer f.close()
	return f.read(everything)
}

func decodeCheckpoint(content []byte) (*checkpoint, error) {
	f := &checkpointFile{content: bytes.NewReader(content), size: int64(len(content))}
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	if err := f.verify(); err != nil {
		return nil, err
	}
	return f.read(everything)
}

func TestCheckpointText(t *testing.T) {
	c := sample()
	content, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	// The layout that the format is documented with.
	length := binary.LittleEndian.Uint64(content[8:])
	sum := sha256.Sum256(content[:len(content)-32])
	if string(content[:8]) != "vicinal1" || content[16] != '{' || content[15+length] != '}' || len(content) != int(16+length+3*4+32) || !bytes.Equal(content[len(content)-32:], sum[:]) ||
		math.Float32frombits(binary.LittleEndian.Uint32(content[16+length:])) != 1.5 {
		t.Errorf("the file is not as documented: %q", content)
	}
	read, err := decodeCheckpoint(content)
	if err != nil || !reflect.DeepEqual(read.header, c.header) || !slices.EqualFunc(read.values, c.values, sameBits) {
		t.Errorf("read back %+v, %v; want %+v", read, err, c)
	}
	c.values[1][0] = float32(math.Inf(-1))
	if bad, _ := c.notFinite(); bad != 1 {
		t.Error("an infinite value was taken for finite")
	}
}

// TestKeep replaces a checkpoint three times: last and previous are the two
// newest at any time, and whole.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	last, previous := filepath.Join(dir, rundir.LastFile), filepath.Join(dir, rundir.PreviousFile)
	for i := range 4 {
		c := sample()
		c.State.Seen = int64(i)
		if err := c.write(last, func() error { return rundir.At(dir).Age(1) }); err != nil {
			t.Fatal(err)
		}
		if got := mustRead(t, last).State.Seen; got != int64(i) {
			t.Errorf("write %d: last is %d", i, got)
		}
		before, err := readCheckpoint(previous)
		if i == 0 {
			if !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a previous checkpoint before there was one: %v", err)
			}
		} else if err != nil || before.State.Seen != int64(i-1) {
			t.Errorf("write %d: previous is %+v, %v", i, before, err)
		}
	}
	if entries := listing(t, dir); entries != rundir.LastFile+" "+rundir.PreviousFile {
		t.Errorf("the folder holds %s", entries)
	}
}

func FuzzDecodeCheckpoint(f *testing.F) {
	content, err := sample().encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content[:len(content)-sha256.Size])
	f.Add([]byte("vicinal1"))
	f.Add([]byte("vicinal1\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Add([]byte("vicinal1\xff\xff\xff\xff\xff\xff\xff\xff{}"))
	f.Add(append([]byte("vicinal1\x36\x00\x00\x00\x00\x00\x00\x00"), `{"tensors":[{"path":"a","dims":[65536,65536,65536,2]}]}`...))
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		c, err := decodeCheckpoint(append(slices.Clone(body), sum[:]...))
		if err != nil {
			return
		}
		// What was read can be written and read again.
		again, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeCheckpoint(again); err != nil {
			t.Fatal(err)
		}
	})
}
