package mix

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/stream"
)

// OneOf draws each batch by one of several methods, chosen at random: what
// timm does with mixup and CutMix. Which one is drawn is a pure function of the
// position, from a stream of its own.
type OneOf struct {
	Choices []Choice // two or more
}

// Choice is a method of OneOf and how often it is taken: Share of the sum of
// all shares.
type Choice struct {
	Method Method  // no schedule or probability: those wrap the whole
	Share  float64 // finite, above 0
}

// Draw draws by the method chosen. All of its batches are in phase "on".
func (m OneOf) Draw(p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := m.Validate(); err != nil {
		return err
	}
	r := at.stream(stream.Choice)
	if err := m.choose(r.Float64()).Draw(p, at); err != nil {
		return err
	}
	p.Phase = PhaseOn
	return nil
}

// choose returns the method at u in [0, 1) of the shares laid end to end.
func (m OneOf) choose(u float64) Method {
	sum := 0.0
	for _, c := range m.Choices {
		sum += c.Share
	}
	left := u * sum
	for _, c := range m.Choices {
		if left -= c.Share; left < 0 {
			return c.Method
		}
	}
	return m.Choices[len(m.Choices)-1].Method
}

// Validate reports fewer than two choices, a share outside its domain, a
// schedule inside, or what is wrong with a method.
func (m OneOf) Validate() error {
	if len(m.Choices) < 2 {
		return fmt.Errorf("oneof has %d methods to choose from, it needs 2 or more", len(m.Choices))
	}
	for _, c := range m.Choices {
		switch inner := c.Method.(type) {
		case nil:
			return errors.New("oneof: there is no method")
		case OneOf:
			return errors.New("oneof inside oneof: give all methods and shares in one")
		case wrapper:
			return fmt.Errorf("oneof: schedules and probabilities are of the whole, not of %s", inner)
		}
		if !(c.Share > 0 && c.Share < maxShare) {
			return fmt.Errorf("oneof: the share of %s is %v, it must be above 0 and finite", c.Method, c.Share)
		}
		if v, ok := c.Method.(validator); ok {
			if err := v.Validate(); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxShare bounds shares, so that their sum is finite.
const maxShare = 1e9

// UsesSecond reports whether any of the methods takes a second batch.
func (m OneOf) UsesSecond() bool { return m.any(UsesSecond) }

// UsesRegion reports whether any of the methods mixes regions.
func (m OneOf) UsesRegion() bool { return m.any(UsesRegion) }

// checkBatch reports why one of the methods can plan no batch of n samples.
func (m OneOf) checkBatch(n int) error {
	for _, c := range m.Choices {
		if err := CheckBatch(c.Method, n); err != nil {
			return fmt.Errorf("%s: %w", c.Method, err)
		}
	}
	return nil
}

func (m OneOf) any(uses func(Method) bool) bool {
	for _, c := range m.Choices {
		if uses(c.Method) {
			return true
		}
	}
	return false
}

// String returns the spec, "oneof:mixup:1/cutmix:1" for equal shares of two.
func (m OneOf) String() string {
	members, shares := make([]string, len(m.Choices)), make([]string, len(m.Choices))
	equal := true
	for i, c := range m.Choices {
		members[i] = "<nil>"
		if c.Method != nil {
			members[i] = strings.ReplaceAll(c.Method.String(), ",", ";")
		}
		shares[i] = formatFloat(c.Share)
		equal = equal && c.Share == 1
	}
	spec := "oneof:" + strings.Join(members, "/")
	if !equal {
		spec += ",shares=" + strings.Join(shares, "/")
	}
	return spec
}

// oneOfEntry is a function because its methods are parsed by the table it is in.
func oneOfEntry() entry {
	return entry{
		name:       "oneof",
		help:       "one of several methods a batch, chosen at random: METHOD/METHOD..., with ; between the options of one; option shares=X/Y... (default equal)",
		examples:   []string{"oneof:mixup:1/cutmix:1", "oneof:mixup:0.4;per=sample/samplepairing:always/erm,shares=2/1/0.5", "oneof:erm/cutmix:1;second"},
		options:    []string{"shares"},
		positional: "methods",
		build:      buildOneOf,
	}
}

func buildOneOf(a *args) (Method, error) {
	list, ok := a.first()
	if !ok {
		return nil, a.errorf("names no methods: write METHOD/METHOD, as in oneof:mixup:1/cutmix:1")
	}
	var m OneOf
	for member := range strings.SplitSeq(list, "/") {
		member = strings.ReplaceAll(strings.TrimSpace(member), ";", ",")
		name, _, _ := strings.Cut(member, ":")
		switch name {
		case "oneof":
			return nil, a.errorf("oneof inside oneof: give all methods and shares in one")
		case "":
			return nil, a.errorf("an empty method: write METHOD/METHOD, as in oneof:mixup:1/cutmix:1")
		case "samplepairing":
			if member == "samplepairing" {
				member = "samplepairing:always" // the schedule is of the whole
			}
		}
		inner, err := Parse(member, 0)
		if err != nil {
			return nil, a.errorf("%v", err)
		}
		m.Choices = append(m.Choices, Choice{Method: inner, Share: 1})
	}
	shares, ok, err := a.numbers("shares", "/")
	switch {
	case err != nil:
		return nil, err
	case ok && len(shares) != len(m.Choices):
		return nil, a.errorf("%d shares for %d methods: give each one", len(shares), len(m.Choices))
	}
	for i, share := range shares {
		m.Choices[i].Share = share
	}
	return m, nil
}
