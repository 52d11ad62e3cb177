package train

import (
	"runtime"
	"runtime/debug"

	"github.com/gomlx/compute"
)

// Versions say what computed a run. Its last bits may depend on them.
type Versions struct {
	Program string `json:"program"` // module version of vicinal
	Go      string `json:"go"`
	GoMLX   string `json:"gomlx"`
	Compute string `json:"compute"` // GoMLX's backends
	Backend string `json:"backend"` // with the options and the library that its numbers depend on
	Machine string `json:"machine"` // operating system and architecture
}

// CurrentVersions returns what would compute a run on that backend now.
func CurrentVersions(backend compute.Backend) Versions {
	return Versions{
		Program: moduleVersion("github.com/vicinal-ml/vicinal"),
		Go:      runtime.Version(),
		GoMLX:   moduleVersion("github.com/gomlx/gomlx"),
		Compute: moduleVersion("github.com/gomlx/compute"),
		Backend: backendName(backend),
		Machine: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Path == path {
		return info.Main.Version
	}
	for _, dependency := range info.Deps {
		if dependency.Path == path {
			return dependency.Version
		}
	}
	return "unknown"
}
