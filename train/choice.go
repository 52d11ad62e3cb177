package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/mix"
)

// ChooseBy makes the second loader read the samples that the method chooses
// from all training samples, and returns what it looks at of them: nil for a
// method that chooses none, whose loader is left as it is. of names the samples
// whose partners are asked for, nil all of them.
func (s Spec) ChooseBy(ctx context.Context, second *data.Loader, method mix.Method, set *data.Set, of []int) (*mix.Train, error) {
	return s.chooseBy(second, method, set, func(k int, sameClass bool) (*mix.Neighbors, error) {
		return data.NearestNeighbors(ctx, set.Train, set.Size(), k, sameClass, of)
	})
}

func (s Spec) chooseBy(second *data.Loader, method mix.Method, set *data.Set, nearest func(k int, sameClass bool) (*mix.Neighbors, error)) (*mix.Train, error) {
	if !mix.Chooses(method) {
		return nil, nil
	}
	all := &mix.Train{N: set.Train.Len(), Targets: standardised(nil, data.Targets(set.Train), &set.Info)}
	if k, sameClass := mix.UsesNeighbors(method); k > 0 {
		var err error
		if all.Neighbors, err = nearest(k, sameClass); err != nil {
			return nil, fmt.Errorf("looking for the neighbours of %s: %w", method, err)
		}
	}
	second.Stream = "" // its batches come up as the first loader's do
	var mu sync.Mutex  // of the memory: several iterations may run at once
	var chosen []int32
	second.Choose = func(epoch, step int, index []int) error {
		mu.Lock()
		defer mu.Unlock()
		chosen = slices.Grow(chosen[:0], len(index))[:len(index)]
		at := mix.At{Seed: s.Seed, Epoch: epoch, Step: step, Epochs: s.Epochs, N: len(index), Index: index, Train: all}
		if err := mix.Choose(method, chosen, at); err != nil {
			return fmt.Errorf("choosing the second batch of step %d of epoch %d: %w", step+1, epoch+1, err)
		}
		for j, i := range chosen {
			index[j] = int(i)
		}
		return nil
	}
	return all, nil
}

// standardised appends targets to dst in units of the deviations of the training
// part, or as they are where a program's own set tells none. Those of other tasks
// than Regression have none, and nothing is appended.
func standardised(dst, targets []float32, info *data.Info) []float32 {
	if info.Task != data.Regression {
		return dst
	}
	each := len(info.Targets)
	if len(info.TargetMean) != each || len(info.TargetStd) != each {
		return append(dst, targets...)
	}
	for i, v := range targets {
		dst = append(dst, float32((float64(v)-info.TargetMean[i%each])/info.TargetStd[i%each]))
	}
	return dst
}

// neighborsFile keeps the neighbours of all training samples in a run folder,
// where looking for them anew would take long: from so many operations on.
const (
	neighborsFile   = "neighbors"
	neighborsWorthy = 1e11
)

// neighbors returns the neighbours of the run's training samples, those that
// are kept if they are of the same data.
func (u *run) neighbors(ctx context.Context, k int, sameClass bool) (*mix.Neighbors, error) {
	n, size := u.set.Train.Len(), u.set.Size()
	if float64(n)*float64(n)*float64(size) < u.worthy {
		return data.NearestNeighbors(ctx, u.set.Train, size, k, sameClass, nil)
	}
	head := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d %v", u.header.Data.Samples, u.header.Data.Source, n, k, sameClass))
	path := u.folder.File(neighborsFile)
	near := &mix.Neighbors{K: k, SameClass: sameClass, Index: make([]int32, n*k)}
	text, err := wholefile.Read(path, int64(2*sha256.Size+4*n*k))
	if err == nil && decodeNeighbors(near.Index, head, text) {
		return near, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the neighbours that are kept: %w", err)
	}
	u.hooks.note(fmt.Sprintf("looking for the %d nearest of each of %d training samples; they are kept in %s", k, n, path))
	if near, err = data.NearestNeighbors(ctx, u.set.Train, size, k, sameClass, nil); err != nil {
		return nil, err
	}
	return near, wholefile.Write(path, encodeNeighbors(head, near.Index))
}

// encodeNeighbors returns what identifies the data, the indices and the sum of
// both.
func encodeNeighbors(head [sha256.Size]byte, index []int32) []byte {
	text := append(make([]byte, 0, 2*sha256.Size+4*len(index)), head[:]...)
	for _, i := range index {
		text = binary.LittleEndian.AppendUint32(text, uint32(i))
	}
	sum := sha256.Sum256(text)
	return append(text, sum[:]...)
}

// decodeNeighbors reads them, and reports whether they are whole and of that
// data.
func decodeNeighbors(index []int32, head [sha256.Size]byte, text []byte) bool {
	if len(text) != 2*sha256.Size+4*len(index) || !bytes.HasPrefix(text, head[:]) {
		return false
	}
	body := text[:len(text)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.HasSuffix(text, sum[:]) {
		return false
	}
	for i := range index {
		index[i] = int32(binary.LittleEndian.Uint32(body[sha256.Size+4*i:]))
	}
	return true
}
