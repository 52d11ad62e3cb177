//go:build linux

package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// claim writes a checkpoint whose header is that text and which is that long, most of it not on the disk.
// Its sum is right where summed.
func claim(t *testing.T, head string, size int64, summed bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), rundir.LastFile)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, err = file.WriteString(checkpointMagic + string(binary.LittleEndian.AppendUint64(nil, uint64(len(head)))) + head)
	if err == nil {
		err = file.Truncate(size)
	}
	if err == nil && summed {
		sum := sha256.New()
		if _, err = io.Copy(sum, io.NewSectionReader(file, 0, size-sha256.Size)); err == nil {
			_, err = file.WriteAt(sum.Sum(nil), size-sha256.Size)
		}
	}
	if err != nil {
		t.Skipf("SKIP: no file of %d bytes can be made here: %v", size, err)
	}
	return path
}

// A checkpoint takes the memory of the network that it is opened for, however long it is.
func TestHostileCheckpointsStayWithinMemory(t *testing.T) {
	const small = `"spec":"model = \"mlp:8\"","shape":[2],"classes":["a","b"]`
	own := `{"path":"/model/hidden1/kernel","dims":[2,8]},{"path":"/model/hidden1/bias","dims":[8]},{"path":"/model/logits/kernel","dims":[8,2]},{"path":"/model/logits/bias","dims":[2]}`
	const ownValues = 2*8 + 8 + 8*2 + 2
	for name, c := range map[string]struct {
		head   string
		length int64 // of all, 0 for what the tensors need
		values int64 // that the tensors hold
		summed bool
		want   string // "" where it opens
	}{
		"100 GB without tensors":     {head: "{" + small + `,"tensors":[` + own + "]}", length: 100e9, values: ownValues, want: "bytes follow the last tensor"},
		"100 GB of a tensor":         {head: "{" + small + `,"tensors":[{"path":"/model/hidden1/kernel","dims":[50000,500000]}]}`, length: 100e9, want: "longer than the file"},
		"a header of 100 GB":         {head: strings.Repeat(" ", 1000), length: -1, want: "at most 134217728 are read"},
		"a header of objects":        {head: `{"tensors":[` + strings.Repeat("{},", 20<<20) + "{}]}", want: "objects: at most"},
		"a header of dimensions":     {head: `{"tensors":[{"dims":[` + strings.Repeat("1,", 8<<20) + "1]}]}", want: "longer than the file"},
		"a header of classes":        {head: `{"classes":[` + strings.Repeat(`"",`, 32<<20) + `""]}`, want: "values: at most"},
		"tensors of another network": {head: "{" + small + `,"tensors":[{"path":"/model/hidden1/kernel","dims":[10000,10000]}]}`, values: 10000 * 10000, summed: true, want: "it is of another network"},
		"tensors beside its own":     {head: "{" + small + `,"tensors":[` + own + `,{"path":"/optimizer/momentum/x","dims":[10000,10000]}]}`, values: ownValues + 10000*10000, summed: true},
		"one tensor twice":           {head: "{" + small + `,"tensors":[` + own + `,{"path":"/model/logits/bias","dims":[2]}]}`, values: ownValues + 2, want: "twice"},
		"a terabyte of zeros":        {length: 1 << 40, want: "does not begin as a checkpoint does"},
	} {
		t.Run(name, func(t *testing.T) {
			mib := 128
			if len(c.head) > 1<<20 {
				mib = 512 // for the header, which the test makes too
			}
			memorytest.Within(t, mib, func(t *testing.T) {
				size := int64(checkpointFrame+len(c.head)+sha256.Size) + 4*c.values
				var path string
				switch {
				case c.head == "":
					path = memorytest.Sparse(t, t.TempDir(), rundir.LastFile)
				case c.length > 0:
					path = claim(t, c.head, c.length, false)
				default:
					path = claim(t, c.head, size, c.summed)
				}
				if c.length < 0 {
					file, err := os.OpenFile(path, os.O_WRONLY, 0)
					if err == nil {
						_, err = file.WriteAt(binary.LittleEndian.AppendUint64(nil, 99e9), int64(len(checkpointMagic)))
					}
					if err == nil {
						err = file.Truncate(100e9)
					}
					if err != nil {
						t.Fatal(err)
					}
					file.Close()
				}
				_, err := Load(path, Last)
				switch {
				case c.want == "" && err != nil:
					t.Error(err)
				case c.want != "" && (!errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000):
					t.Errorf("%.2000v, want %q", err, c.want)
				}
			})
		})
	}
}

// A run goes on from a checkpoint in the memory of its own variables.
func TestResumeStaysWithinMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: the race detector takes memory of its own")
	}
	spec := quickSpec()
	spec.Model, spec.Epochs = "mlp:8", 2
	set := smallSet(t, spec)
	dir := t.TempDir()
	if err := interruptAt(t, set, spec, dir, 5); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	const more = 10000
	whole := mustRead(t, dir, rundir.LastFile)
	whole.Tensors = append(whole.Tensors, entry{Path: "/more", Dims: []int{more, more}})
	head, err := json.Marshal(whole.header)
	if err != nil {
		t.Fatal(err)
	}
	// All values are 0, which a run may have.
	values := int64(more * more)
	for _, v := range whole.values {
		values += int64(len(v))
	}
	path := claim(t, string(head), int64(checkpointFrame+len(head)+sha256.Size)+4*values, true)
	if err := os.Rename(path, filepath.Join(dir, rundir.LastFile)); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Run(t.Context(), backendFor(t), set, spec, dir, Hooks{}); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 4*more*more/4 {
		t.Errorf("%d MiB were allocated", spent>>20)
	}
}
