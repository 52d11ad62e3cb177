//go:build linux && (amd64 || arm64)

package onednn

import (
	"os"
	"sync"

	"github.com/ebitengine/purego"
)

// spinCount is how many times an idle OpenMP thread of GCC's runtime looks for work before it sleeps: long enough for
// one primitive to follow another, about 0.1 ms, and short enough not to take a core from the kernels in Go that come
// between. The runtime's own default is some ten milliseconds.
const spinCount = "2000"

// tuneOpenMP sets the spinning of GCC's OpenMP runtime, unless the environment says something about it. It must come
// before the runtime is loaded, which reads the C environment; Go's os.Setenv does not reach that without cgo.
var tuneOpenMP = sync.OnceFunc(func() {
	for _, name := range []string{"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} {
		if os.Getenv(name) != "" {
			return
		}
	}
	var setenv func(name, value string, overwrite int32) int32
	address, err := purego.Dlsym(purego.RTLD_DEFAULT, "setenv")
	if err != nil {
		return // a matter of speed alone
	}
	purego.RegisterFunc(&setenv, address)
	setenv("GOMP_SPINCOUNT", spinCount, 0)
})
