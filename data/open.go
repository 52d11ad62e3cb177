package data

import (
	"context"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// reader opens one data set, or one kind of data set.
type reader struct {
	info     Info      // what is known before any file is read; of a kind Name is what comes before the colon
	form     string    // "" for a set; what follows the colon of a kind: "FILE"
	params   []Param   // the parameters that may follow the name
	archives []Archive // what Get downloads
	other    []Archive // the same set in another form, which Get takes where GetOptions.From has it alone

	// content is the folderSum of the files in the folder contentIn of what is
	// downloaded, "" where the sums of the archives say what it is.
	content, contentIn string

	open func(ctx context.Context, r request) (*parts, error)
}

// request is a data set's name, taken apart: name:arg?key=value&key=value.
type request struct {
	info   Info   // the reader's, with the name as given
	name   string // as given, without parameters
	arg    string
	params params
	opt    Options
}

// readers is the table of all sets, in the order of the documentation.
func readers() []reader {
	return []reader{
		digits(),
		iris(),
		moons(), spiral(), blobs(), swissRoll(),
		mnist(), fashionMNIST(), kmnist(),
		cifar10(), cifar100(), svhn(), svhnExtra(),
		imagenet(), folder(), camvid(),
		fsdd(), speechCommands(), wavFolder(),
		abalone(), arcene(), arrhythmia(), htru2(), phishing(),
		csvFile(),
		synthetic(),
	}
}

// Names returns the names that Open knows, in the order of the
// documentation: "digits", and with a place to fill in "csv:FILE".
func Names() []string {
	var names []string
	for _, r := range readers() {
		names = append(names, r.usage())
	}
	return names
}

func (r *reader) usage() string {
	if r.form == "" {
		return r.info.Name
	}
	return r.info.Name + ":" + r.form
}

// Describe returns what is known of the data set of that name without reading
// it, and the parameters that may follow its name. The name is one of Names, or
// a full one such as "csv:wine.csv". Fields that depend on files are empty.
func Describe(name string) (info Info, params []Param, err error) {
	r, req, err := parse(name)
	if err != nil {
		return Info{}, nil, err
	}
	if task, err := ParseTask(req.params["task"]); err == nil && slices.Contains(req.info.Tasks, task) {
		req.info.Task, req.info.Tasks = task, []Task{task}
	}
	return req.info, r.params, nil
}

// Open returns the data set of that name, split as opt says. The name is one
// of Names, with its parameters: "digits", "csv:wine.csv?target=quality".
//
// The error is a *NameError for an unknown name, an *OptionError for an option
// or a parameter that does not fit; others name the file and the place in it.
func Open(ctx context.Context, name string, opt Options) (*Set, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, req, err := parse(name)
	if err != nil {
		return nil, err
	}
	req.opt = opt
	if opt.Preparation != nil {
		if err := opt.Preparation.check(); err != nil {
			return nil, &OptionError{req.name, "Preparation", err.Error()}
		}
	}
	p, err := r.open(ctx, req)
	if err != nil {
		return nil, err
	}
	if opt.SkipBroken {
		if err := p.skipBroken(ctx, opt.Told); err != nil {
			return nil, err
		}
	}
	return assemble(p, opt)
}

// cutQuery parts a name from its parameters, which begin at the first ? that a
// known key follows, else at the last that any key follows: values and names of
// files may have a ? too.
func cutQuery(name string, all []reader) (bare, query string) {
	bare = name
	for at := range len(name) {
		key, _, ok := strings.Cut(name[at+1:], "=")
		if name[at] != '?' || !ok {
			continue
		}
		bare, query = name[:at], name[at+1:]
		if slices.ContainsFunc(all, func(r reader) bool {
			return slices.ContainsFunc(r.params, func(p Param) bool { return p.Key == key })
		}) {
			break
		}
	}
	return bare, query
}

func parse(name string) (*reader, request, error) {
	all := readers()
	bare, query := cutQuery(name, all)
	kind, arg, hasArg := strings.Cut(bare, ":")
	at := slices.IndexFunc(all, func(r reader) bool {
		return r.info.Name == bare && r.form == "" || r.info.Name == kind && r.form != ""
	})
	if at < 0 {
		var known []string
		for _, r := range all {
			known = append(known, r.info.Name)
		}
		return nil, request{}, &NameError{Name: bare, Nearest: nearest.Name(bare, known)}
	}
	r := &all[at]
	if r.form != "" && (!hasArg || arg == "") {
		return nil, request{}, &OptionError{name, r.form, "is missing: use " + r.usage()}
	}
	params, err := parseParams(name, query, r.params)
	if err != nil {
		return nil, request{}, err
	}
	info := r.info
	info.Name = bare
	return r, request{info: info, name: bare, arg: arg, params: params}, nil
}
