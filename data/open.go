package data

import (
	"context"
	"fmt"
	"strings"
)

// reader opens one data set, or one kind of data set.
type reader struct {
	name  string // "digits"; of a kind what comes before the colon: "csv"
	form  string // "" for a set; what follows the colon of a kind: "FILE"
	title string // one line for people
	open  func(ctx context.Context, r request) (*parts, error)
}

// request is a data set's name, taken apart: name:arg?key=value&key=value.
type request struct {
	name   string // as given
	arg    string
	params params
	opt    Options
}

func readers() []reader {
	return []reader{
		{"digits", "", "1,797 handwritten digits of 8x8 pixels, embedded", openDigits},
		{"iris", "", "150 iris flowers of 3 species by 4 lengths, embedded", openIris},
		{"toy:moons", "", "two interleaved half circles in the plane, generated (noise=0.2)", openMoons},
		{"toy:spiral", "", "two interleaved spirals in the plane, generated (noise=0.03)", openSpiral},
		{"toy:blobs", "", "three overlapping normal clusters in the plane, generated (noise=1)", openBlobs},
		{"toy:swissroll", "", "a rolled-up surface in space, regression on the place along it, generated (noise=0.1)", openSwissRoll},
		{"csv", "FILE", "a table with a header line (target=COLUMN, task=classification|regression, drop=COLUMN,COLUMN, sep=comma|semicolon|tab)", openCSV},
		{"synthetic", "CxHxW:K", "random images with random labels of K classes, for benchmarks without data", openSynthetic},
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

// Titles returns what each of Names is, one line each, with the parameters
// that may follow the name as ?key=value&key=value.
func Titles() []string {
	var titles []string
	for _, r := range readers() {
		titles = append(titles, r.title)
	}
	return titles
}

func (r *reader) usage() string {
	if r.form == "" {
		return r.name
	}
	return r.name + ":" + r.form
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
	p, err := r.open(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := req.params.unused(name); err != nil {
		return nil, err
	}
	return assemble(p, opt)
}

func parse(name string) (*reader, request, error) {
	bare, query := name, ""
	if at := strings.LastIndexByte(name, '?'); at >= 0 && strings.Contains(name[at:], "=") {
		bare, query = name[:at], name[at+1:]
	}
	params, err := parseParams(name, query)
	if err != nil {
		return nil, request{}, err
	}
	req := request{name: bare, params: params}
	kind, arg, hasArg := strings.Cut(bare, ":")
	var known []string
	for _, r := range readers() {
		if r.form == "" && r.name == bare {
			return &r, req, nil
		}
		if r.form != "" && r.name == kind {
			if !hasArg || arg == "" {
				return nil, req, fmt.Errorf("data set %s: use %s", name, r.usage())
			}
			req.arg = arg
			return &r, req, nil
		}
		known = append(known, r.name)
	}
	return nil, req, &NameError{Name: bare, Nearest: nearest(bare, known)}
}
