package powercut

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Trace is what a program did to a folder.
type Trace struct {
	start, end *view
	ops        []*op
	syncs      []int // their places
	events     int   // changes and syncs
}

// replay makes a trace from calls.
type replay struct {
	*Trace
	root, cwd string
	now       *view // the folder as the program sees it
	open      map[string]*handle
	began     map[string]int // of a sync under way in a thread: the events before it
}

// handle is what a descriptor is of. Descriptors of what is not below the root
// have none.
type handle struct {
	node   *inode
	path   string
	offset int64
	append bool
}

// change notes a change and makes it.
func (p *replay) change(o op) {
	o.at, o.synced = p.events, never
	p.events++
	p.ops = append(p.ops, &o)
	o.apply(p.now)
}

// sync brings what changed a file or a folder before an event to the disk.
func (p *replay) sync(node *inode, before int) {
	for _, o := range p.ops {
		if o.synced == never && o.at < before && (o.file == node || o.gone.dir == node || o.made.dir == node) {
			o.synced = p.events
		}
	}
	p.syncs = append(p.syncs, p.events)
	p.events++
}

// place resolves a path: the slot it names and what is there. below is false
// for what is not below the root.
func (p *replay) place(dirfd, argument string) (s slot, node *inode, path string, below bool, err error) {
	name, err := text(argument)
	if err != nil {
		return s, nil, "", false, err
	}
	if !filepath.IsAbs(name) {
		base := p.cwd
		if dirfd != "AT_FDCWD" {
			h := p.open[dirfd]
			if h == nil {
				return s, nil, "", false, nil
			}
			base = h.path
		}
		name = filepath.Join(base, name)
	}
	path = filepath.Clean(name)
	if path == p.root {
		return s, p.now.root, path, true, nil
	}
	rest, ok := strings.CutPrefix(path, p.root+"/")
	if !ok {
		return s, nil, path, false, nil
	}
	node = p.now.root
	for part := range strings.SplitSeq(rest, "/") {
		if node == nil {
			return s, nil, path, false, fmt.Errorf("%s is in no folder", path)
		}
		s = slot{node, part}
		node = p.now.entries[node][part]
	}
	return s, node, path, true, nil
}

// call takes a call that succeeded. began is the events before it.
func (p *replay) call(name string, args []string, result int64, began int) error {
	number := func(i int) int64 {
		n, _ := strconv.ParseInt(args[i], 0, 64)
		return n
	}
	at := func(dirfd, path string) (s slot, node *inode, below bool, err error) {
		s, node, _, below, err = p.place(dirfd, path)
		return s, node, below, err
	}
	const here = "AT_FDCWD"
	switch name {
	case "open":
		return p.opened(here, args[0], args[1], result)
	case "creat":
		return p.opened(here, args[0], "O_WRONLY|O_CREAT|O_TRUNC", result)
	case "openat":
		return p.opened(args[0], args[1], args[2], result)
	case "close":
		delete(p.open, args[0])
	case "dup", "dup2", "dup3":
		p.dup(args[0], result)
	case "fcntl":
		if strings.HasPrefix(args[1], "F_DUPFD") {
			p.dup(args[0], result)
		}
	case "lseek":
		if h := p.open[args[0]]; h != nil {
			h.offset = result
		}
	case "write":
		if h := p.open[args[0]]; h != nil {
			if h.append {
				h.offset = int64(len(p.now.data[h.node]))
			}
			h.offset += result
			return p.written(h, args[1], h.offset-result, result)
		}
	case "pwrite64":
		if h := p.open[args[0]]; h != nil {
			return p.written(h, args[1], number(3), result)
		}
	case "ftruncate":
		if h := p.open[args[0]]; h != nil {
			p.truncate(h.node, number(1))
		}
	case "truncate":
		_, node, below, err := at(here, args[0])
		if err == nil && below {
			p.truncate(node, number(1))
		}
		return err
	case "fsync", "fdatasync":
		if h := p.open[args[0]]; h != nil {
			p.sync(h.node, began)
		}
	case "mkdir", "mkdirat":
		dirfd, path := here, args[0]
		if name == "mkdirat" {
			dirfd, path = args[0], args[1]
		}
		s, _, below, err := at(dirfd, path)
		if err == nil && below {
			p.change(op{made: s, child: &inode{dir: true}})
		}
		return err
	case "unlink", "rmdir", "unlinkat":
		dirfd, path := here, args[0]
		if name == "unlinkat" {
			dirfd, path = args[0], args[1]
		}
		s, _, below, err := at(dirfd, path)
		if err == nil && below {
			p.change(op{gone: s})
		}
		return err
	case "rename", "renameat", "renameat2", "link", "linkat":
		if name == "rename" || name == "link" {
			args = []string{here, args[0], here, args[1]}
		}
		from, node, below, err := at(args[0], args[1])
		if err != nil {
			return err
		}
		to, there, alsoBelow, err := at(args[2], args[3])
		if err != nil || !below && !alsoBelow || node == there {
			return err // names of one file stay as they are
		}
		if below != alsoBelow {
			return fmt.Errorf("a name moves between %s and elsewhere", p.root)
		}
		if strings.HasPrefix(name, "link") {
			from = slot{}
		}
		p.change(op{gone: from, made: to, child: node})
	case "sync", "syncfs":
		return fmt.Errorf("%s is not modelled", name)
	default:
		for _, a := range args {
			if p.open[a] != nil {
				return fmt.Errorf("%s is not modelled", name)
			}
		}
	}
	return nil
}

func (p *replay) dup(fd string, result int64) {
	if h := p.open[fd]; h != nil {
		p.open[strconv.FormatInt(result, 10)] = h
	}
}

func (p *replay) opened(dirfd, path, flags string, result int64) error {
	fd := strconv.FormatInt(result, 10)
	delete(p.open, fd)
	s, node, full, below, err := p.place(dirfd, path)
	if err != nil || !below {
		return err
	}
	if strings.Contains(flags, "O_TMPFILE") {
		return fmt.Errorf("O_TMPFILE is not modelled")
	}
	if node == nil {
		node = &inode{}
		p.change(op{made: s, child: node})
	} else if strings.Contains(flags, "O_TRUNC") {
		p.truncate(node, 0)
	}
	p.open[fd] = &handle{node: node, path: full, append: strings.Contains(flags, "O_APPEND")}
	return nil
}

func (p *replay) written(h *handle, argument string, offset, n int64) error {
	data, err := text(argument)
	if err != nil {
		return err
	}
	if n > 0 {
		p.change(op{file: h.node, data: []byte(data)[:n], offset: offset})
	}
	return nil
}

func (p *replay) truncate(node *inode, size int64) {
	if size != int64(len(p.now.data[node])) {
		p.change(op{file: node, offset: size})
	}
}
