package train

import (
	"runtime"
	"runtime/debug"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
)

// Versions say what computed a run. Its last bits may depend on them.
type Versions struct {
	Program string `json:"program"` // module version of vicinal
	Go      string `json:"go"`
	GoMLX   string `json:"gomlx"`
	Compute string `json:"compute"`        // GoMLX's backends
	Backend string `json:"backend"`        // with the options and the library that its numbers depend on
	Machine string `json:"machine"`        // operating system and architecture
	JPEG    string `json:"jpeg,omitempty"` // what decoded the set's JPEG files; "" where it has none, and in runs from before it was noted
}

// CurrentVersions returns what would compute a run on that backend with that
// data now.
func CurrentVersions(backend compute.Backend, set *data.Set) (Versions, error) {
	jpeg, err := set.JPEGDecoder()
	if err != nil {
		return Versions{}, err
	}
	return Versions{
		Program: moduleVersion("github.com/vicinal-ml/vicinal"),
		Go:      runtime.Version(),
		GoMLX:   moduleVersion("github.com/gomlx/gomlx"),
		Compute: moduleVersion("github.com/gomlx/compute"),
		Backend: backendName(backend),
		Machine: runtime.GOOS + "/" + runtime.GOARCH,
		JPEG:    jpeg,
	}, nil
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
