package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/train"
)

// points is a flag's corners of a schedule, as in 0:0.2,0.23:1,1:0.07.
type points []train.Point

func (p *points) String() string {
	parts := make([]string, len(*p))
	for i, point := range *p {
		parts[i] = fmt.Sprintf("%v:%v", point[0], point[1])
	}
	return strings.Join(parts, ",")
}

func (p *points) Set(text string) error {
	var list points
	for part := range strings.SplitSeq(text, ",") {
		at, factor, ok := strings.Cut(part, ":")
		x, err := strconv.ParseFloat(strings.TrimSpace(at), 64)
		y, err2 := strconv.ParseFloat(strings.TrimSpace(factor), 64)
		if !ok || err != nil || err2 != nil {
			return fmt.Errorf("%q is no corner; write share:factor, as in 0.23:1", part)
		}
		list = append(list, train.Point{x, y})
	}
	*p = list
	return nil
}

func (p *points) Type() string { return "list" }
