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
	return m.checkSecond()
}

// maxShare bounds shares, so that their sum is finite.
const maxShare = 1e9

// UsesSecond reports whether any of the methods takes a second batch.
func (m OneOf) UsesSecond() bool { return m.any(UsesSecond) }

// UsesRegion reports whether any of the methods mixes regions.
func (m OneOf) UsesRegion() bool { return m.any(UsesRegion) }

// UsesClasses reports whether partners of any of the methods depend on classes.
func (m OneOf) UsesClasses() bool { return m.any(UsesClasses) }

// UsesNoise reports whether any of the methods adds noise.
func (m OneOf) UsesNoise() bool { return m.any(UsesNoise) }

// UsesDepth reports whether any of the methods mixes within the network.
func (m OneOf) UsesDepth() bool { return m.any(UsesDepth) }

// Chooses reports whether any of the methods chooses the second batch.
func (m OneOf) Chooses() bool { return m.any(Chooses) }

// Choose chooses by the method that draws the batch; where that one takes no
// second batch, it is the batch itself.
func (m OneOf) Choose(dst []int32, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	r := at.stream(stream.Choice)
	chosen := m.choose(r.Float64())
	if Chooses(chosen) {
		return Choose(chosen, dst, at)
	}
	for i, own := range at.Index {
		dst[i] = int32(own)
	}
	return nil
}

// UsesTargets reports whether partners of any of the methods depend on targets.
func (m OneOf) UsesTargets() bool { return m.any(UsesTargets) }

// UsesNeighbors returns what the neighbours of any of the methods need.
func (m OneOf) UsesNeighbors() (k int, sameClass bool) {
	for _, c := range m.Choices {
		if n, same := UsesNeighbors(c.Method); n > k {
			k, sameClass = n, same
		}
	}
	return k, sameClass
}

// checkSecond reports methods whose second batches are not of one kind.
func (m OneOf) checkSecond() error {
	var drawn, chosen, same, all Method
	for _, c := range m.Choices {
		k, sameClass := UsesNeighbors(c.Method)
		switch {
		case Chooses(c.Method):
			chosen = c.Method
		case UsesSecond(c.Method):
			drawn = c.Method
		}
		switch {
		case k > 0 && sameClass:
			same = c.Method
		case k > 0:
			all = c.Method
		}
	}
	if drawn != nil && chosen != nil {
		return fmt.Errorf("oneof: %s takes a second batch as it comes and %s chooses its own: a run has one of them", drawn, chosen)
	}
	if same != nil && all != nil {
		return fmt.Errorf("oneof: %s and %s look for neighbours in two ways: a run has one of them", all, same)
	}
	return nil
}

// checkBlocks reports why one of the methods cannot mix within a network of so
// many blocks.
func (m OneOf) checkBlocks(blocks int) error {
	for _, c := range m.Choices {
		if err := CheckBlocks(c.Method, blocks); err != nil {
			return err
		}
	}
	return nil
}

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
		examples:   []string{"oneof:mixup:1/cutmix:1", "oneof:mixup:0.4;per=sample/samplepairing:always/erm,shares=2/1/0.5", "oneof:erm/cutmix:1;second", "oneof:noise:0.1/mixup:2;at=hidden/mixup:1;partners=nearest;k=7"},
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
