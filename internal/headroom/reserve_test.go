//go:build amd64 && goexperiment.simd

package headroom

import (
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// childVariable makes the test binary fill its heap.
const childVariable = "VICINAL_TEST_FILL_HEAP"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		fillHeap()
		return
	}
	os.Exit(m.Run())
}

// fillHeap keeps results that are a page each, and whose rows of four values
// are loaded as a part of a vector. Without Reserve it dies every second time.
func fillHeap() {
	Reserve()
	backend, err := gobackend.New("ops_sequential")
	if err != nil {
		panic(err)
	}
	exec := graph.MustNewExec(backend, graph.Sub)
	x, y := tensors.FromFlatDataAndDimensions(make([]float32, 2048), 512, 4), tensors.FromFlatDataAndDimensions(make([]float32, 4), 1, 4)
	kept := make([]*tensors.Tensor, 13000)
	for i := range kept {
		kept[i] = exec.MustCall(x, y)[0]
		x = kept[i]
	}
	runtime.KeepAlive(kept)
}

func TestReserve(t *testing.T) {
	for range 6 {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), childVariable+"=1")
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %.200s", err, output)
		}
	}
}

func TestReserveMapsWithoutTouching(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Reserve()
	Reserve()
	runtime.ReadMemStats(&after)
	if got := after.HeapIdle - before.HeapIdle; after.HeapIdle < before.HeapIdle || got < size-size/16 || got > size+size/4 {
		t.Errorf("the idle heap grew by %d MiB, want %d", got>>20, size>>20)
	}
	if after.HeapInuse > before.HeapInuse+16<<20 {
		t.Errorf("the heap in use grew from %d to %d MiB", before.HeapInuse>>20, after.HeapInuse>>20)
	}
}
