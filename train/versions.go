package train

import (
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
)

// Versions say what computed a run. Its last bits may depend on them.
type Versions struct {
	Program string `json:"program"` // module version of vicinal
	Go      string `json:"go"`
	GoMLX   string `json:"gomlx"`
	Compute string `json:"compute"`           // GoMLX's backends
	Backend string `json:"backend"`           // with the options and the library that its numbers depend on
	Vectors string `json:"vectors,omitempty"` // instructions and width; "" in runs from before they were noted
	Machine string `json:"machine"`           // operating system and architecture
	JPEG    string `json:"jpeg,omitempty"`    // what decoded the set's JPEG files; "" where it has none, and in runs from before it was noted
}

// CurrentVersions returns what would compute a run on that backend with that
// data now. Without a backend (nil) that stays empty.
func CurrentVersions(backend compute.Backend, set *data.Set) (Versions, error) {
	jpeg, err := set.JPEGDecoder()
	if err != nil {
		return Versions{}, err
	}
	v := Versions{
		Program: moduleVersion("github.com/vicinal-ml/vicinal"),
		Go:      runtime.Version(),
		GoMLX:   moduleVersion("github.com/gomlx/gomlx"),
		Compute: moduleVersion("github.com/gomlx/compute"),
		Vectors: vectors(),
		Machine: machine(),
		JPEG:    jpeg,
	}
	if backend != nil {
		v.Backend = backendName(backend)
	}
	return v, nil
}

// Difference names in words what differs between what computed one run and
// what computed another, "" where nothing does. What one of them does not say
// counts for nothing, but for a decoder.
func (v Versions) Difference(other Versions) (own, others string) {
	var ours, theirs []string
	for _, part := range []struct {
		name      string
		one, two  string
		mayBeNone bool
	}{
		{"backend", v.Backend, other.Backend, false},
		{"vectors", v.Vectors, other.Vectors, false},
		{"JPEG decoder", v.JPEG, other.JPEG, true},
		{"GoMLX", v.GoMLX, other.GoMLX, false},
		{"compute", v.Compute, other.Compute, false},
		{"", v.Go, other.Go, false},
		{"", v.Machine, other.Machine, false},
		{"vicinal", v.Program, other.Program, false},
	} {
		if part.one == part.two || !part.mayBeNone && (part.one == "" || part.two == "") {
			continue
		}
		say := func(text string) string {
			if text == "" {
				text = "not noted"
			}
			return strings.TrimSpace(part.name + " " + text)
		}
		ours, theirs = append(ours, say(part.one)), append(theirs, say(part.two))
	}
	return strings.Join(ours, ", "), strings.Join(theirs, ", ")
}

// machine is the operating system and the architecture, with its level where
// the program was built for more than the first: then products and sums may be
// fused.
func machine() string {
	name := runtime.GOOS + "/" + runtime.GOARCH
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return name
	}
	for _, setting := range info.Settings {
		if setting.Key == "GOAMD64" && setting.Value != "v1" {
			name += " " + setting.Value
		}
	}
	return name
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
