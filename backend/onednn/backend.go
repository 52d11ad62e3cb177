package onednn

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/pkg/errors"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// BackendName is the name to select this backend by: GOMLX_BACKEND=onednn.
const BackendName = "onednn"

var errFinalized = errors.Errorf("backend %q is finalized", BackendName)

func init() {
	compute.Register(BackendName, New)
}

// Backend runs GoMLX graphs on CPUs.
type Backend struct {
	options options
	lib     *dnnl.Library // nil with the option fallback
	engine  *dnnl.Engine
	stream  *dnnl.Stream
	threads int

	goBackend compute.Backend // runs what oneDNN and this package's kernels do not
	inner     *goBuffers

	executor *executor
	team     *kernel.Team // computes what oneDNN does not
	blocks   blockPool
	arena    arena

	capabilities func() compute.Capabilities
	finalize     sync.Once
	executables  sync.Map // compute.Executable → struct{}: those not finalized
	finalized    atomic.Bool

	compiling sync.RWMutex // held for reading while compiling, for writing while finalized becomes true
}

var _ compute.Backend = (*Backend)(nil)

// New returns the backend. The configuration holds options separated by commas; "help" gives an error that lists
// them. Without a usable oneDNN library the error says which names were tried and what to install.
func New(config string) (compute.Backend, error) {
	opts, err := parseOptions(config)
	if err != nil {
		return nil, err
	}
	b := &Backend{options: opts}
	b.capabilities = sync.OnceValue(capabilities)
	// One operation after the other: that is faster for small regions, and a panic in an operation comes here, instead
	// of ending the process in a goroutine of the Go backend's.
	if b.goBackend, err = gobackend.New("ops_sequential"); err != nil {
		return nil, errors.WithMessage(err, "starting GoMLX's Go backend")
	}
	b.inner = newGoBuffers(b.goBackend)
	if opts.copyToRegion {
		b.inner.alias = false
	}
	if opts.fallback {
		return b, nil
	}
	if err := b.openLibrary(); err != nil {
		b.goBackend.Finalize()
		return nil, errors.WithMessagef(err, "backend %q", BackendName)
	}
	b.team = kernel.NewTeam(kernel.Config{Workers: b.threads})
	b.executor = newExecutor(func() {
		b.lib.KeepThreads()
		b.lib.SetThreads(b.threads)
	})
	return b, nil
}

// openLibrary opens oneDNN and makes its engine and stream.
func (b *Backend) openLibrary() (err error) {
	tuneOpenMP()
	if b.options.library != "" {
		b.lib, err = dnnl.Open(b.options.library)
	} else {
		b.lib, err = dnnl.Load()
	}
	if err != nil {
		return err
	}
	limit := b.lib.ThreadLimit()
	b.threads = b.options.threads
	if b.threads == 0 {
		b.threads = min(usableCores(), limit)
	}
	if b.threads > limit {
		return errors.Errorf("option threads=%d: OpenMP is limited to %d; raise the environment variable OMP_THREAD_LIMIT, or leave it out", b.threads, limit)
	}
	if b.engine, err = b.lib.NewEngine(); err != nil {
		return err
	}
	if b.stream, err = b.engine.NewStream(); err != nil {
		b.engine.Destroy()
	}
	return err
}

// Name implements compute.Backend.
func (b *Backend) Name() string { return BackendName }

// Description implements compute.Backend.
func (b *Backend) Description() string {
	if b.lib == nil {
		return "oneDNN backend without oneDNN: everything on GoMLX's Go backend"
	}
	return fmt.Sprintf("oneDNN on the CPU: %s, %d threads", b.lib.Info(), b.threads)
}

// NumDevices implements compute.Backend.
func (b *Backend) NumDevices() int { return 1 }

// DeviceDescription implements compute.Backend.
func (b *Backend) DeviceDescription(compute.DeviceNum) string { return "CPU" }

// Capabilities implements compute.Backend.
func (b *Backend) Capabilities() compute.Capabilities { return b.capabilities().Clone() }

// capabilities are those of the Go backend, which runs what nothing else here does, and batch normalisation.
func capabilities() compute.Capabilities {
	c := gobackend.GetBackend().Capabilities().Clone()
	maps.Copy(c.Operations, map[compute.OpType]bool{
		compute.OpTypeBatchNormForInference: true,
		compute.OpTypeBatchNormForTraining:  true,
		compute.OpTypeBatchNormGradient:     true,
	})
	return c
}

// Builder implements compute.Backend.
func (b *Backend) Builder(name string) compute.Builder { return newBuilder(b, name) }

// Finalize implements compute.Backend. It waits for what is being compiled or executed and finalizes the executables.
func (b *Backend) Finalize() {
	b.finalize.Do(func() {
		b.compiling.Lock()
		b.finalized.Store(true)
		b.compiling.Unlock()
		b.executables.Range(func(e, _ any) bool {
			e.(compute.Executable).Finalize()
			return true
		})
		if b.executor != nil {
			b.executor.close()
			b.team.Close()
			b.stream.Destroy()
			b.engine.Destroy()
		}
		b.arena.close()
		b.blocks.close()
		b.goBackend.Finalize()
	})
}

// IsFinalized implements compute.Backend.
func (b *Backend) IsFinalized() bool { return b.finalized.Load() }

// track remembers an executable until it is finalized, since it must be before the engine is.
func (b *Backend) track(e compute.Executable) { b.executables.Store(e, struct{}{}) }

func (b *Backend) untrack(e compute.Executable) { b.executables.Delete(e) }
