package mix

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// args are the options of a spec while it is read; each is marked as it is
// taken, and what is left over is an error.
type args struct {
	spec, name string
	items      []arg
}

type arg struct {
	key, value string
	hasValue   bool
	used       bool
}

func splitSpec(spec string) (*args, error) {
	name, rest, hasOptions := strings.Cut(spec, ":")
	a := &args{spec: spec, name: strings.TrimSpace(name)}
	if a.name == "" {
		return nil, fmt.Errorf("method %q: no name (known: %s)", spec, strings.Join(Names(), ", "))
	}
	if !hasOptions {
		return a, nil
	}
	for part := range strings.SplitSeq(rest, ",") {
		key, value, hasValue := strings.Cut(part, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if key == "" {
			return nil, a.errorf("empty option: write NAME:OPTION,OPTION")
		}
		if slices.ContainsFunc(a.items, func(i arg) bool { return i.key == key }) {
			return nil, a.errorf("option %q is given twice", key)
		}
		a.items = append(a.items, arg{key: key, value: value, hasValue: hasValue})
	}
	return a, nil
}

func (a *args) errorf(format string, v ...any) error {
	return fmt.Errorf("method %q: %w", a.spec, fmt.Errorf(format, v...))
}

// find returns the unused option of that key and marks it used.
func (a *args) find(key string) (arg, bool) {
	for i := range a.items {
		if item := &a.items[i]; item.key == key && !item.used {
			item.used = true
			return *item, true
		}
	}
	return arg{}, false
}

// value takes the first option if it is a number without a key.
func (a *args) value() (float64, bool, error) {
	if len(a.items) == 0 || a.items[0].hasValue {
		return 0, false, nil
	}
	item := &a.items[0]
	x, err := strconv.ParseFloat(item.key, 64)
	switch {
	case err == nil:
		item.used = true
		return x + 0, true, nil // -0 becomes 0
	case strings.ContainsAny(item.key[:1], "+-.0123456789"):
		return 0, false, a.errorf("%q is no number in the range of float64", item.key)
	default:
		return 0, false, nil
	}
}

// first takes the first option whatever it is, with its value if it has one.
func (a *args) first() (string, bool) {
	if len(a.items) == 0 || a.items[0].used {
		return "", false
	}
	item := &a.items[0]
	item.used = true
	if item.hasValue {
		return item.key + "=" + item.value, true
	}
	return item.key, true
}

// numbers takes an option that is a list of numbers.
func (a *args) numbers(key, separator string) ([]float64, bool, error) {
	item, ok := a.find(key)
	if !ok {
		return nil, false, nil
	}
	var all []float64
	for part := range strings.SplitSeq(item.value, separator) {
		x, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return nil, false, a.errorf("%s is %q, it must be numbers with %s between them", key, item.value, separator)
		}
		all = append(all, x)
	}
	return all, true, nil
}

// flag takes an option without a value.
func (a *args) flag(key string) bool {
	for i := range a.items {
		if item := &a.items[i]; item.key == key && !item.hasValue {
			item.used = true
			return true
		}
	}
	return false
}

// oneOf takes an option whose value is one of the given; "" when it is absent.
func (a *args) oneOf(key string, values ...string) (string, error) {
	item, ok := a.find(key)
	if !ok {
		return "", nil
	}
	if !slices.Contains(values, item.value) {
		return "", a.errorf("%s is %q%s (accepted: %s)", key, item.value, nearest.Hint(item.value, values), strings.Join(values, ", "))
	}
	return item.value, nil
}

// count takes an option that is a whole number >= least; 0 and false when it
// is absent.
func (a *args) count(key string, least int64) (int64, bool, error) {
	item, ok := a.find(key)
	if !ok {
		return 0, false, nil
	}
	if !item.hasValue {
		return 0, false, a.errorf("option %q needs a value, as in %s=10", key, key)
	}
	n, err := strconv.ParseInt(item.value, 10, 64)
	if err != nil || n < least || n > maxCycle {
		return 0, false, a.errorf("%s is %q, it must be a whole number from %d to 2^60", key, item.value, least)
	}
	return n, true, nil
}

// number takes an option that is a number; its domain is checked by the
// Method it goes to.
func (a *args) number(key string) (float64, bool, error) {
	item, ok := a.find(key)
	if !ok {
		return 0, false, nil
	}
	x, err := strconv.ParseFloat(item.value, 64)
	if err != nil {
		return 0, false, a.errorf("%s is %q, it must be a number", key, item.value)
	}
	return x + 0, true, nil
}

// pairing takes the options partners, second, k and bandwidth.
func (a *args) pairing() (Pairing, error) {
	kind, err := a.oneOf("partners", partnersKinds()...)
	if err != nil {
		return Pairing{}, err
	}
	c := Pairing{Second: a.flag("second")}
	if kind != string(Permutation) {
		c.Partners = Partners(kind)
	}
	k, _, err := a.count("k", 1)
	if err != nil {
		return Pairing{}, err
	}
	if k > maxNeighbors {
		return Pairing{}, a.errorf("k is %d, it must be at most %d", k, maxNeighbors)
	}
	if k != DefaultNeighbors {
		c.K = int(k)
	}
	c.Bandwidth, _, err = a.number("bandwidth")
	return c, err
}

// within takes the options at and deepest.
func (a *args) within() (Within, error) {
	at, err := a.oneOf("at", "input", "hidden")
	if err != nil {
		return Within{}, err
	}
	deepest, _, err := a.count("deepest", 1)
	return Within{Hidden: at == "hidden", Deepest: int(deepest)}, err
}

// scheduleKey returns an option that names a schedule, or "".
func (a *args) scheduleKey() string {
	for _, item := range a.items {
		if item.key != "p" && slices.Contains(wrapperKeys, item.key) {
			return item.key
		}
	}
	return ""
}

// wrap takes the options of wrappers and nests them around m.
func (a *args) wrap(e entry, m Method, epochs int) (Method, error) {
	var s schedule
	if p, ok, err := a.number("p"); err != nil {
		return nil, err
	} else if ok {
		s.probability = &p
	}
	if e.preset != nil {
		inner := schedule{probability: s.probability}.wrap(m)
		wrapped, done, err := e.preset(inner, a, epochs)
		if err != nil || done {
			return wrapped, err
		}
	}
	for _, step := range []func(*schedule) error{a.warmup, a.cycle, a.settle, a.last} {
		if err := step(&s); err != nil {
			return nil, err
		}
	}
	return s.wrap(m), nil
}

func (a *args) warmup(s *schedule) error {
	n, _, err := a.count("warmup", 0)
	s.warmup = int(n)
	return err
}

func (a *args) last(s *schedule) error {
	n, _, err := a.count("last", 0)
	s.last = int(n)
	return err
}

func (a *args) settle(s *schedule) error {
	s.settle.Tolerance = DefaultTolerance
	if a.flag("settle") {
		s.settle.Patience = DefaultPatience
	} else if n, ok, err := a.count("settle", 1); err != nil {
		return err
	} else if ok {
		s.settle.Patience = int(n)
	}
	x, ok, err := a.number("tolerance")
	if err != nil {
		return err
	}
	if ok && s.settle.Patience == 0 {
		return a.errorf("tolerance is an option of settle: give settle too")
	}
	if ok {
		s.settle.Tolerance = x
	}
	return nil
}

func (a *args) cycle(s *schedule) error {
	on, hasOn, err := a.count("on", 1)
	if err != nil {
		return err
	}
	off, hasOff, err := a.count("off", 1)
	if err != nil {
		return err
	}
	onImages, hasOnImages, err := a.count("on-images", 1)
	if err != nil {
		return err
	}
	offImages, hasOffImages, err := a.count("off-images", 1)
	if err != nil {
		return err
	}
	from, hasFrom, err := a.count("from", 0)
	if err != nil {
		return err
	}
	fromEpoch, hasFromEpoch, err := a.count("from-epoch", 0)
	if err != nil {
		return err
	}
	inEpochs, inImages := hasOn || hasOff, hasOnImages || hasOffImages
	switch {
	case inEpochs && inImages:
		return a.errorf("a cycle counts epochs (on, off) or images (on-images, off-images), not both")
	case hasOn != hasOff:
		return a.errorf("a cycle needs both on and off, as in on=8,off=2")
	case hasOnImages != hasOffImages:
		return a.errorf("a cycle needs both on-images and off-images, as in on-images=300000,off-images=100000")
	case hasFrom && !inEpochs && !inImages:
		return a.errorf("from is the start of a cycle: give on and off too")
	case hasFromEpoch && !inImages:
		return a.errorf("from-epoch is the start of a cycle counted in images: give on-images and off-images too, or from")
	case inEpochs:
		s.cycle = Cycle{On: on, Off: off, From: int64(s.warmup)}
	case inImages:
		s.cycle = Cycle{On: onImages, Off: offImages, FromEpoch: int(fromEpoch), Unit: Images}
	}
	if hasFrom {
		s.cycle.From = from
	}
	return nil
}

// unused reports the first option nothing took.
func (a *args) unused(e entry) error {
	for _, item := range a.items {
		if item.used {
			continue
		}
		if e.name == "erm" {
			return a.errorf("option %q: erm takes none", item.key)
		}
		known := slices.Concat(e.options, wrapperKeys)
		if slices.Contains(known, item.key) && item.hasValue {
			return a.errorf("option %q takes no value", item.key)
		}
		if slices.Contains(known, item.key) {
			return a.errorf("option %q needs a value, as in %s=...", item.key, item.key)
		}
		hint := nearest.Hint(item.key, known)
		if e.positional != "" {
			known = append([]string{"a number for " + e.positional}, known...)
		}
		return a.errorf("unknown option %q%s (known: %s)", item.key, hint, strings.Join(known, ", "))
	}
	return nil
}

// mixesWithin reports a schedule that leaves a run of epochs no epoch to mix
// in. epochs 0 is not known.
func (a *args) mixesWithin(m Method, epochs int) error {
	var warmup, last int
	for {
		switch s := m.(type) {
		case Warmup:
			warmup = s.Epochs
		case LastOff:
			last = s.Epochs
		}
		w, ok := m.(wrapper)
		if !ok {
			break
		}
		m = w.Unwrap()
	}
	if epochs > 0 && warmup+last > 0 && warmup >= epochs-last {
		return a.errorf("never mixes in a run of %d epochs: warmup=%d and last=%d leave none; shorten them, train longer, or use erm", epochs, warmup, last)
	}
	return nil
}
