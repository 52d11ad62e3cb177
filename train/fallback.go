package train

import (
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// firstWhole reads the newest checkpoint that is whole, where the first of
// names is not: what a save that was cut short had written aside, at -1, or
// one of those of before, at its place in names. It is nil if there is none.
func firstWhole(f *rundir.Dir, network *zoo.Network, names []string, wanted func(entry) bool) (c *checkpoint, at int) {
	if c, err := readCheckpointOf(network, f.File(rundir.AsideFile), wanted); err == nil {
		return c, -1
	}
	for at := 1; at < len(names); at++ {
		if c, err := readCheckpointOf(network, f.File(names[at]), wanted); err == nil {
			return c, at
		}
	}
	return nil, 0
}

func nameOf(names []string, at int) string {
	if at < 0 {
		return rundir.AsideFile
	}
	return names[at]
}
