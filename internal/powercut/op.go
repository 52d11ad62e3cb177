package powercut

import (
	"math"
	"slices"
)

// op is one change of a folder.
type op struct {
	at     int // its place among the changes and syncs
	synced int // the place of the sync that brought it to the disk, never for none

	// Of a file's data.
	file   *inode // nil for a change of names
	data   []byte // nil for a change of the size
	offset int64  // of data; or the size

	// Of names: one goes, one is made for child.
	gone, made slot
	child      *inode
}

const never = math.MaxInt

// slot is a place in a folder; its zero value is none.
type slot struct {
	dir  *inode
	name string
}

// shares reports whether both change the same name.
func (o *op) shares(other *op) bool {
	for _, s := range []slot{o.gone, o.made} {
		if s.dir != nil && (s == other.gone || s == other.made) {
			return true
		}
	}
	return false
}

// apply makes the change.
func (o *op) apply(v *view) {
	if o.file != nil {
		v.data[o.file] = o.on(v.data[o.file])
		return
	}
	if o.gone.dir != nil {
		delete(v.entries[o.gone.dir], o.gone.name)
	}
	if o.made.dir != nil {
		v.set(o.made, o.child)
	}
}

// on returns the content that the change makes of another.
func (o *op) on(content []byte) []byte {
	if o.data == nil {
		return resized(content, o.offset)
	}
	changed := resized(content, max(int64(len(content)), o.offset+int64(len(o.data))))
	copy(changed[o.offset:], o.data)
	return changed
}

// resized returns a copy of that size.
func resized(content []byte, size int64) []byte {
	if size <= int64(len(content)) {
		return slices.Clone(content[:size])
	}
	return slices.Concat(content, make([]byte, size-int64(len(content))))
}
