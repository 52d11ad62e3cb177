package onednn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pkg/errors"
)

// options are what follows the colon in GOMLX_BACKEND=onednn:…, separated by commas.
type options struct {
	threads       int    // OpenMP threads; 0: one a core that this process may use
	library       string // name or path of the library to open; empty: the usual names
	fallback      bool   // everything on the Go backend
	deterministic bool   // convolution algorithms from a fixed table, not by timing
	profile       string // file for a trace of the last execution; "-": only the table
	mixed         bool   // bfloat16 convolutions and matrix products of float32 graphs

	// For tests: which operations leave the Go backend, and how those that stay are grouped.
	everything   bool // also those too small to gain from it
	nothing      bool
	eachItsOwn   bool // every operation on the Go backend is a region of its own
	noLayouts    bool // tensors are row-major between operations
	noFusion     bool // no operation is computed together with another
	winograd     bool // convolutions by package winograd wherever it can
	copyToRegion bool // buffers of the Go backend are copies, as if they could not be aliased

	libraryProducts bool // products between the transforms of package winograd by the library
}

// option documents one option and applies it.
type option struct {
	name, value, help string
	set               func(o *options, value string) error
}

func flag(field func(o *options) *bool) func(*options, string) error {
	return func(o *options, value string) error {
		if value != "" {
			return errors.Errorf("it takes no value, got %q", value)
		}
		*field(o) = true
		return nil
	}
}

var knownOptions = []option{
	{"threads", "N", "OpenMP threads (default: one a core that this process may use)", func(o *options, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > 4096 {
			return errors.Errorf("it needs a number of threads from 1 to 4096, got %q", value)
		}
		o.threads = n
		return nil
	}},
	{"library", "FILE", "open this oneDNN library", func(o *options, value string) error {
		if value == "" {
			return errors.New("it needs the name or path of a library")
		}
		o.library = value
		return nil
	}},
	{"fallback", "", "run everything on GoMLX's Go backend, slowly; oneDNN is not needed", flag(func(o *options) *bool { return &o.fallback })},
	{"deterministic", "", "choose algorithms from a fixed table instead of by timing, so that runs repeat exactly", flag(func(o *options) *bool { return &o.deterministic })},
	{"mixed", "", "compute float32 convolutions and matrix products in bfloat16 where that is faster", flag(func(o *options) *bool { return &o.mixed })},
	{"profile", "[FILE]", "print the time of every operation when an executable is finalized; write a Chrome trace of its last run to FILE", func(o *options, value string) error {
		o.profile = value
		if value == "" {
			o.profile = "-"
		}
		return nil
	}},
	{"everything", "", "for tests: leave no operation to the Go backend that could run elsewhere, however small", flag(func(o *options) *bool { return &o.everything })},
	{"nothing", "", "for tests: leave every operation to the Go backend", flag(func(o *options) *bool { return &o.nothing })},
	{"regions", "", "for tests: every operation left to the Go backend is compiled by itself", flag(func(o *options) *bool { return &o.eachItsOwn })},
	{"nolayouts", "", "for tests: tensors are row-major between operations", flag(func(o *options) *bool { return &o.noLayouts })},
	{"nofusion", "", "for tests: no operation is computed together with another", flag(func(o *options) *bool { return &o.noFusion })},
	{"winograd", "", "for tests: convolutions by this package's transforms, however small", flag(func(o *options) *bool { return &o.winograd })},
	{"libraryproducts", "", "for tests: between those transforms, products of matrices by the library", flag(func(o *options) *bool { return &o.libraryProducts })},
	{"copy", "", "for tests: tensors are copied to and from the Go backend", flag(func(o *options) *bool { return &o.copyToRegion })},
}

// parseOptions reads a configuration like "threads=4,deterministic".
func parseOptions(config string) (options, error) {
	var o options
	for part := range strings.SplitSeq(config, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if name == "" {
			continue
		}
		if name == "help" {
			return o, errors.New(optionsHelp())
		}
		opt := findOption(name)
		if opt == nil {
			return o, errors.Errorf("backend %q has no option %q; %s", BackendName, name, optionsHelp())
		}
		if err := opt.set(&o, value); err != nil {
			return o, errors.WithMessagef(err, "backend %q, option %q", BackendName, name)
		}
	}
	return o, nil
}

func findOption(name string) *option {
	for i := range knownOptions {
		if knownOptions[i].name == name {
			return &knownOptions[i]
		}
	}
	return nil
}

func optionsHelp() string {
	var s strings.Builder
	fmt.Fprintf(&s, "options of backend %q, written GOMLX_BACKEND=%s:option,option=value:", BackendName, BackendName)
	for _, o := range knownOptions {
		name := o.name
		if o.value != "" {
			name += "=" + o.value
		}
		fmt.Fprintf(&s, "\n  %-14s %s", name, o.help)
	}
	return s.String()
}
