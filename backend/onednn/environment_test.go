package onednn

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// environmentConfig says, in the environment of a subprocess, which backend it runs smallTraining on.
const environmentConfig = "ONEDNN_TEST_CONFIG"

// smallTraining has convolutions and their gradients, a normalisation, matrix products, sums and functions, large
// enough for several threads.
func smallTraining(f compute.Function, in []compute.Value) []compute.Value {
	axes := convCase{rank: 2}.axes()
	padding := [][2]int{{1, 1}, {1, 1}}
	h := must(f.ConvGeneral(in[0], in[1], axes, nil, padding, nil, nil, 1, 1))
	y, mean, _, err := f.BatchNormForTraining(h, in[2], in[2], 1e-3, 3)
	if err != nil {
		panic(err)
	}
	y = must(f.FusedActivation(y, compute.ActivationConfig{Type: compute.ActivationRelu}))
	y = must(f.ConvGeneral(y, in[3], axes, nil, padding, nil, nil, 1, 1))
	flat := must(f.Reshape(y, 32, 16*16*32))
	product := must(f.DotGeneral(flat, []int{1}, nil, flat, []int{1}, nil, compute.DotGeneralConfig{}))
	byRows := must(f.DotGeneral(flat, []int{0}, nil, flat, []int{0}, nil, compute.DotGeneralConfig{}))
	return []compute.Value{mean, must(f.Tanh(product)), must(f.ReduceSum(byRows, 0)), must(f.FusedSoftmax(product, 1)), must(f.ReduceSum(must(f.Exp(y)), 0, 1, 2))}
}

// TestEnvironmentChild is not a test of its own: in the subprocess of another one it prints what the backend says of
// itself, the number of threads that worked, and a hash of the results.
func TestEnvironmentChild(t *testing.T) {
	config, ok := os.LookupEnv(environmentConfig)
	if !ok {
		t.Skip("SKIP: it runs in a subprocess of TestEnvironment and TestAffinity")
	}
	b, err := New(config)
	if err != nil {
		fmt.Printf("refused: %v\n", err)
		return
	}
	defer b.Finalize()
	shape := []shapes.Shape{shapes.Make(dtypes.Float32, 32, 16, 16, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 32),
		shapes.Make(dtypes.Float32, 32), shapes.Make(dtypes.Float32, 3, 3, 32, 32)}
	r := rand.New(rand.NewPCG(3, 4))
	var flats []any
	for _, s := range shape {
		flats = append(flats, randomFlat(r, s))
	}
	outs := runOn(t, b, shape, flats, false, smallTraining)
	fmt.Printf("record: %s (%s)\nthreads: %d\nbits: %x\n", b, b.(*Backend).Library(), ownThreads(t), sha256.Sum256(fmt.Append(nil, outs)))
}

// inEnvironment runs smallTraining in a subprocess and returns what it says, by the words before the colon.
func inEnvironment(t *testing.T, config string, variables ...string) map[string]string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestEnvironmentChild$", "-test.v")
	cmd.Env = append(os.Environ(), environmentConfig+"="+config)
	cmd.Env = append(cmd.Env, variables...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	said := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if name, text, ok := strings.Cut(line, ": "); ok {
			said[name] = strings.TrimSpace(text)
		}
	}
	if err != nil || said["bits"] == "" && said["refused"] == "" {
		t.Fatalf("%v: %v\n%s%s", variables, err, out, errors.Bytes())
	}
	return said
}

// TestEnvironment sets each environment variable of oneDNN, OpenMP and Go that might reach the results to its worst
// value: they keep their bits, or the record of what computed them differs, or the backend refuses to start.
func TestEnvironment(t *testing.T) {
	newTestBackend(t, "") // skips the test where there is no library
	type outcome string
	const (
		same     outcome = "the same bits and record"
		recorded outcome = "another record"
		refused  outcome = "refused"
	)
	const config = "deterministic,threads=3"
	want := inEnvironment(t, config)
	for _, test := range []struct {
		variable string
		config   string
		want     outcome
		mention  string // of the record or the refusal
	}{
		{"ONEDNN_DEFAULT_FPMATH_MODE=ANY", config, same, ""},
		{"ONEDNN_DEFAULT_FPMATH_MODE=BF16", config, same, ""},
		{"DNNL_DEFAULT_FPMATH_MODE=BF16", config, same, ""},
		{"ONEDNN_MAX_CPU_ISA=SSE41", config, recorded, "sse41"},
		{"DNNL_MAX_CPU_ISA=AVX", config, recorded, "avx"},
		{"ONEDNN_CPU_ISA_HINTS=PREFER_YMM", config, same, ""},
		{"ONEDNN_PRIMITIVE_CACHE_CAPACITY=0", config, same, ""},
		{"ONEDNN_VERBOSE=2", config, same, ""},
		{"ONEDNN_JIT_PROFILE=0", config, same, ""},
		{"OMP_NUM_THREADS=1", config, same, ""},
		{"OMP_THREAD_LIMIT=1", config, refused, "OMP_THREAD_LIMIT"},
		{"OMP_THREAD_LIMIT=1", "deterministic", recorded, "threads=1,"},
		{"OMP_DYNAMIC=true", config, same, ""},
		{"OMP_NESTED=true", config, same, ""},
		{"OMP_MAX_ACTIVE_LEVELS=0", config, same, ""},
		{"OMP_SCHEDULE=dynamic,1", config, same, ""},
		{"OMP_PROC_BIND=master", config, same, ""},
		{"OMP_PLACES={0}", config, same, ""},
		{"GOMP_CPU_AFFINITY=0", config, same, ""},
		{"OMP_WAIT_POLICY=passive", config, same, ""},
		{"GOMP_SPINCOUNT=0", config, same, ""},
		{"OMP_STACKSIZE=64k", config, same, ""},
		{"GOMAXPROCS=1", config, same, ""},
		{"GOGC=1", config, same, ""},
		{"GLIBC_TUNABLES=glibc.malloc.perturb=165", config, same, ""},
	} {
		t.Run(test.variable+" "+test.config, func(t *testing.T) {
			got := inEnvironment(t, test.config, test.variable)
			mentioned := got["record"] + got["refused"]
			ok := false
			switch test.want {
			case same:
				ok = got["bits"] == want["bits"] && got["record"] == want["record"] && got["threads"] == want["threads"]
			case recorded:
				ok = got["bits"] != "" && got["record"] != want["record"]
			case refused:
				ok = got["refused"] != ""
			}
			if !ok || !strings.Contains(mentioned, test.mention) {
				t.Errorf("got %v, want %s that mentions %q; without the variable %v", got, test.want, test.mention, want)
			}
		})
	}
}
