//go:build amd64 && goexperiment.simd

package headroom

import (
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// childVariable names what the test binary does instead of its tests, in a
// process that has Reserve's heap to itself.
const childVariable = "VICINAL_TEST_HEADROOM"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "fill":
		fillHeap()
	case "measure":
		if err := json.NewEncoder(os.Stdout).Encode(measure()); err != nil {
			panic(err)
		}
	default:
		os.Exit(m.Run())
	}
}

// child runs the test binary again, and returns what it wrote.
func child(t *testing.T, what string) []byte {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childVariable+"="+what)
	output, err := command.Output()
	if err != nil {
		var stderr []byte
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = exit.Stderr
		}
		t.Fatalf("%s: %v: %.300s", what, err, stderr)
	}
	return output
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
		child(t, "fill")
	}
}

func TestReservedHeadroom(t *testing.T) {
	var got headroom
	if err := json.Unmarshal(child(t, "measure"), &got); err != nil {
		t.Fatal(err)
	}
	if got.IdleGrew < size-size/16 || got.IdleGrew > size+size/4 {
		t.Errorf("the idle heap grew by %d MiB, want %d", got.IdleGrew>>20, size>>20)
	}
	if got.InuseGrew > 16<<20 {
		t.Errorf("the heap in use grew by %d MiB", got.InuseGrew>>20)
	}
	if runtime.GOOS == "linux" && got.Safe < size-size/16 {
		t.Errorf("a buffer ended where the mapped memory does after %d KiB, want after %d", got.Safe>>10, size>>10)
	}
}
