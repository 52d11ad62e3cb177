package zoo

import (
	"errors"
	"fmt"
	"slices"
)

// Own returns a network that a program has put together itself, to train as one
// of New: a copy of n in which Params is counted, and the paths of variables
// that have none are filled in. Spec, Shape, Classes, Variables and Logits are
// needed; the rest may be left out.
func Own(n Network) (*Network, error) {
	if n.Spec == "" {
		return nil, errors.New("a network of one's own has no Spec: name it, so that its runs are told from those of others")
	}
	fail := func(format string, args ...any) (*Network, error) {
		return nil, fmt.Errorf("network %s: "+format, append([]any{n.Spec}, args...)...)
	}
	switch {
	case len(n.Shape) == 0 || slices.ContainsFunc(n.Shape, func(d int) bool { return d < 1 }):
		return fail("samples of shape %v have no values", n.Shape)
	case n.Classes < 1:
		return fail("%d classes; at least 1 is needed", n.Classes)
	case n.Logits == nil:
		return fail("it has no Logits to compute")
	case (n.PrepareSamples > 0) != (n.Prepared != nil):
		return fail("PrepareSamples is %d: it is above 0 where Prepared is there, and only then", n.PrepareSamples)
	case (len(n.Blocks) > 0) != (n.LogitsAfter != nil):
		return fail("it has %d Blocks: there are some where LogitsAfter is there, and only then", len(n.Blocks))
	}
	n.Shape, n.Variables, n.Params = slices.Clone(n.Shape), slices.Clone(n.Variables), 0
	seen := map[string]bool{}
	for i := range n.Variables {
		v := &n.Variables[i]
		if v.Path == "" && v.Layer != "" {
			v.Path = v.Layer + "/" + v.Role.String()
		}
		switch {
		case v.Path == "":
			return fail("variable %d has neither a path nor a layer", i+1)
		case seen[v.Path]:
			return fail("two variables are named %s", v.Path)
		case slices.ContainsFunc(v.Dims, func(d int) bool { return d < 1 }):
			return fail("variable %s of dimensions %v has no values", v.Path, v.Dims)
		}
		seen[v.Path] = true
		if v.Trainable {
			n.Params += v.Size()
		}
	}
	if n.Params == 0 {
		return fail("it has no variable to train")
	}
	return &n, nil
}
