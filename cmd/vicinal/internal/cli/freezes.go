package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/train"
)

// freezes is a flag's parameters that are frozen, as in whiten/bias:3,stage1:0.
type freezes []train.Freeze

func (f *freezes) String() string {
	parts := make([]string, len(*f))
	for i, freeze := range *f {
		parts[i] = freeze.String()
	}
	return strings.Join(parts, ",")
}

func (f *freezes) Set(text string) error {
	var list freezes
	for part := range strings.SplitSeq(text, ",") {
		pattern, after, ok := strings.Cut(strings.TrimSpace(part), ":")
		epochs, err := strconv.Atoi(after)
		if !ok || err != nil {
			return fmt.Errorf("%q is not parameters:epochs, as in whiten/bias:3", part)
		}
		list = append(list, train.Freeze{Parameters: pattern, After: epochs})
	}
	*f = list
	return nil
}

func (f *freezes) Type() string { return "list" }
