package mix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// entry is a method that specs can name.
type entry struct {
	name       string
	help       string   // one line, for --help
	examples   []string // specs that use each of its options
	options    []string // its own options, beside those of wrappers
	positional string   // what a value without a key means, "" if none is taken
	build      func(a *args) (Method, error)
	// preset wraps m in a schedule the spec names by itself and reports
	// whether it did; nil for a method without presets.
	preset func(m Method, a *args, epochs int) (Method, bool, error)
}

// entries returns the methods specs can name, in the order help shows them.
func entries() []entry {
	return []entry{ermEntry, samplePairingEntry, mixupEntry, cutMixEntry, noiseEntry, oneOfEntry()}
}

// Parse returns the Method of a spec, NAME or NAME:OPTION,OPTION..., where an
// option is a value, a word or key=value:
//
//	erm
//	mixup:0.2                       a = 0.2
//	mixup:0.2,per=sample,p=0.5      a weight for each sample; half of the batches
//	samplepairing                   the paper's schedule, scaled to epochs
//	samplepairing:always            no schedule
//	mixup:2,at=hidden               within the network
//	noise:0.1                       Gaussian noise on the inputs
//	oneof:mixup:1/cutmix:1          one of the two for each batch
//	samplepairing:warmup=10,on=8,off=2,last=20
//
// Every method but erm takes the options of OptionHelp too.
//
// epochs is the number of epochs of the run, 0 when not known; a spec that
// would never mix in a run of that length is refused. Errors name the part of
// the spec that is wrong, the nearest known name and the accepted domain.
//
// Parse(m.String(), epochs) equals m for every m that Parse returned.
func Parse(spec string, epochs int) (Method, error) {
	a, err := splitSpec(spec)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(entries(), func(e entry) bool { return e.name == a.name })
	if i < 0 {
		names := Names()
		return nil, fmt.Errorf("method %q: unknown name %q%s (known: %s)", spec, a.name, nearest.Hint(a.name, names), strings.Join(names, ", "))
	}
	e := entries()[i]
	m, err := e.build(a)
	if err != nil {
		return nil, err
	}
	if e.name != "erm" {
		if m, err = a.wrap(e, m, epochs); err != nil {
			return nil, err
		}
	}
	if err := a.unused(e); err != nil {
		return nil, err
	}
	if err := Validate(m); err != nil {
		return nil, a.errorf("%v", err)
	}
	if err := a.mixesWithin(m, epochs); err != nil {
		return nil, err
	}
	return m, nil
}

// Names returns the methods that specs can name.
func Names() []string {
	var names []string
	for _, e := range entries() {
		names = append(names, e.name)
	}
	return names
}

// MethodHelp returns one line for each method: its name and what it does.
func MethodHelp() []string {
	var lines []string
	for _, e := range entries() {
		lines = append(lines, fmt.Sprintf("%-14s %s", e.name, e.help))
	}
	return lines
}

// OptionHelp returns one line for each option that every method but erm takes,
// beside its own.
func OptionHelp() []string {
	return []string{
		"p=P            mix a batch with probability P",
		"warmup=N       not in the first N epochs",
		"on=N,off=N     N epochs on, N off in turn, after the warm-up or from epoch from=N",
		"on-images=N,off-images=N   the same counted in images, from the start of the run, from=N or the end of epoch from-epoch=N",
		"settle[=N]     until loss and accuracy have not improved for N mixed epochs (default 10)",
		"tolerance=X    by more than X, relative for the loss (default 0.01; with settle)",
		"last=N         not in the last N epochs",
	}
}

// Examples returns specs that together use every method and each of its own
// options, for help texts and for tests that want them all.
func Examples() []string {
	var specs []string
	for _, e := range entries() {
		specs = append(specs, e.examples...)
	}
	return specs
}

// SplitList splits a comma-separated list of specs, whose options are
// separated by commas too: a part that begins with a method's name (up to its
// colon) starts a spec, any other part continues the one before it.
//
//	"erm,mixup:0.2,per=sample,samplepairing" -> "erm", "mixup:0.2,per=sample", "samplepairing"
func SplitList(list string) []string {
	var specs []string
	inOptions := false
	for part := range strings.SplitSeq(list, ",") {
		name, _, hasColon := strings.Cut(part, ":")
		known := slices.Contains(Names(), strings.TrimSpace(name))
		if known || hasColon || !inOptions {
			specs = append(specs, strings.TrimSpace(part))
			inOptions = hasColon
			continue
		}
		specs[len(specs)-1] += "," + part
	}
	return specs
}
