package powercut

import (
	"iter"
	"maps"
	"slices"
)

// State is what a folder may hold after the power was cut.
type State struct {
	Done bool // the program had ended
	what *view
}

// Store writes the state to an empty folder.
func (s State) Store(dir string) error { return s.what.store(s.what.root, dir) }

// States returns the states, each content once. The moments before a sync and
// at the end are enough: between two syncs the unsynced changes only become
// more, and a state may lack any of them.
func (t *Trace) States() iter.Seq[State] {
	return func(yield func(State) bool) {
		seen, known := make(map[string]bool), make(sums)
		give := func(v *view, done bool) bool {
			listing := v.listing(known)
			if done {
				listing += "done"
			}
			if seen[listing] {
				return true
			}
			seen[listing] = true
			return yield(State{done, v})
		}
		for _, at := range append(slices.Clone(t.syncs), t.events) {
			if !t.statesAt(at, func(v *view) bool { return give(v, at == t.events) }) {
				return
			}
		}
	}
}

func (t *Trace) statesAt(at int, give func(*view) bool) bool {
	durable := t.start.clone()
	var names []*op
	data := make(map[*inode][]*op)
	var files []*inode // of data, in order
	for _, o := range t.ops {
		switch {
		case o.at >= at:
		case o.synced < at:
			o.apply(durable)
		case o.file == nil:
			names = append(names, o)
		default:
			if data[o.file] == nil {
				files = append(files, o.file)
			}
			data[o.file] = append(data[o.file], o)
		}
	}
	fates := make(map[*inode][][]byte)
	for _, file := range files {
		fates[file] = fatesOf(durable.data[file], data[file])
	}
	for _, set := range sets(names) {
		v := durable.clone()
		for i, o := range names {
			if set[i] {
				o.apply(v)
			}
		}
		for contents := range mixtures(files, fates) {
			state := &view{v.root, maps.Clone(v.data), v.entries}
			maps.Copy(state.data, contents)
			if !give(state) {
				return false
			}
		}
	}
	return true
}

// fatesOf returns what may be there of a file after unsynced changes, first
// nothing of them, last all.
func fatesOf(content []byte, ops []*op) [][]byte {
	fates := [][]byte{content}
	apply := func(change func(i int, o op) (op, bool)) {
		c := content
		for i, o := range ops {
			if changed, ok := change(i, *o); ok {
				c = changed.on(c)
			}
		}
		fates = append(fates, c)
	}
	last := len(ops) - 1
	for n := 1; n <= last; n++ {
		apply(func(i int, o op) (op, bool) { return o, i < n })
	}
	apply(func(i int, o op) (op, bool) { // half of the last one
		if i == last && o.data != nil {
			o.data = o.data[:len(o.data)/2]
		}
		return o, i < last || o.data != nil
	})
	apply(func(i int, o op) (op, bool) { // the size alone
		if o.data != nil {
			o.data = make([]byte, len(o.data))
		}
		return o, true
	})
	apply(func(i int, o op) (op, bool) { // the later half alone
		if o.data != nil {
			o.data = slices.Clone(o.data)
			clear(o.data[:len(o.data)/2])
		}
		return o, true
	})
	apply(func(i int, o op) (op, bool) { return o, o.data != nil }) // no change of the size
	apply(func(i int, o op) (op, bool) { return o, true })
	return fates
}

// mixtures combines what may be there of each file: the same of all, and each
// of one with nothing, and with all, of the others.
func mixtures(files []*inode, fates map[*inode][][]byte) iter.Seq[map[*inode][]byte] {
	return func(yield func(map[*inode][]byte) bool) {
		most := 1
		for _, f := range files {
			most = max(most, len(fates[f]))
		}
		pick := func(fate func(f *inode) int) bool {
			contents := make(map[*inode][]byte, len(files))
			for _, f := range files {
				contents[f] = fates[f][min(fate(f), len(fates[f])-1)]
			}
			return yield(contents)
		}
		for i := range most {
			if !pick(func(*inode) int { return i }) {
				return
			}
		}
		if len(files) < 2 {
			return
		}
		for _, one := range files {
			for i := range fates[one] {
				for _, others := range []int{0, most} {
					fate := func(f *inode) int {
						if f == one {
							return i
						}
						return others
					}
					if !pick(fate) {
						return
					}
				}
			}
		}
	}
}

// sets returns the sets of changes of names that may have reached the disk: all
// of them for six changes, for more those that end early, that lack one change
// and that have but one,
// with each change those before it of the same names.
func sets(names []*op) [][]bool {
	n := len(names)
	needs := make([][]bool, n) // with each, what it needs, itself too
	for i := range names {
		needs[i] = make([]bool, n)
		needs[i][i] = true
		for j := range i {
			if names[i].shares(names[j]) {
				for k, need := range needs[j] {
					needs[i][k] = needs[i][k] || need
				}
			}
		}
	}
	var all [][]bool
	if n <= 6 {
		for bits := range 1 << n {
			set := make([]bool, n)
			for i := range set {
				set[i] = bits>>i&1 == 1
			}
			if closed(set, needs) {
				all = append(all, set)
			}
		}
		return all
	}
	prefix := make([]bool, n)
	all = append(all, slices.Clone(prefix))
	for i := range n {
		prefix[i] = true
		without := make([]bool, n)
		for j := range without {
			without[j] = !needs[j][i]
		}
		all = append(all, slices.Clone(prefix), needs[i], without)
	}
	return all
}

// closed reports whether a set has all that its members need.
func closed(set []bool, needs [][]bool) bool {
	for i, in := range set {
		for j := range set {
			if in && needs[i][j] && !set[j] {
				return false
			}
		}
	}
	return true
}
