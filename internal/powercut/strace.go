package powercut

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// calls are the system calls that change files and folders, or what their
// descriptors are of.
const calls = "open,openat,creat,close,write,pwrite64,writev,pwritev,pwritev2,lseek,truncate,ftruncate,fallocate," +
	"fsync,fdatasync,sync,syncfs,sync_file_range,rename,renameat,renameat2,link,linkat,symlink,symlinkat," +
	"unlink,unlinkat,rmdir,mkdir,mkdirat,dup,dup2,dup3,fcntl,chdir,fchdir,sendfile,splice,copy_file_range"

// Available reports why programs cannot be recorded here, if so.
func Available() error {
	if out, err := exec.Command("strace", "-f", "-qq", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		return fmt.Errorf("strace does not run here: %w: %s", err, out)
	}
	return nil
}

// Record runs a command under strace and returns what it did to the folder
// root, in which command.Dir is. The error is also of a command that fails.
func Record(command *exec.Cmd, root string) (*Trace, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp("", "powercut-*.strace")
	if err != nil {
		return nil, err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	t := &Trace{start: newView(), end: newView()}
	if err := t.start.load(t.start.root, root); err != nil {
		return nil, err
	}
	command.Args = append([]string{strace, "-f", "-qq", "-xx", "-s", "1000000000", "--seccomp-bpf", "-e", "signal=none", "-e", "trace=" + calls,
		"-o", log.Name(), command.Path}, command.Args[1:]...)
	command.Path = strace
	if out, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	cwd, err := filepath.EvalSymlinks(command.Dir)
	if err != nil {
		return nil, err
	}
	p := &replay{Trace: t, root: root, cwd: cwd, now: t.start.clone(), open: make(map[string]*handle), began: make(map[string]int)}
	lines := bufio.NewReaderSize(log, 1<<20)
	unfinished := make(map[string]string)
	for number := 1; ; number++ {
		line, err := lines.ReadString('\n')
		if line == "" && err != nil {
			break
		}
		if err := p.line(strings.TrimSuffix(line, "\n"), unfinished); err != nil {
			return nil, fmt.Errorf("line %d of strace's, %.300s: %w", number, line, err)
		}
	}
	// The model's end is the disk's: no call was missed or misread.
	if err := t.end.load(t.end.root, root); err != nil {
		return nil, err
	}
	if got, want := p.now.listing(sums{}), t.end.listing(sums{}); got != want {
		return nil, fmt.Errorf("the calls recorded do not make what is on the disk:\n%s\nwant\n%s", got, want)
	}
	return t, nil
}

var (
	callForm    = regexp.MustCompile(`^(\d+) +(\w+)\((.*)\) += (-?\d+|\?|0x[0-9a-f]+)`)
	resumedForm = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)$`)
	beginForm   = regexp.MustCompile(`^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$`)
)

// line takes a line of the log. A call that others ran beside is in two of them.
func (p *replay) line(line string, unfinished map[string]string) error {
	if m := beginForm.FindStringSubmatch(line); m != nil {
		unfinished[m[1]] = m[1] + " " + m[2] + "(" + m[3]
		switch m[2] {
		case "close":
			// The number is free from here on.
			delete(p.open, m[3])
		case "fsync", "fdatasync":
			p.began[m[1]] = p.events
		}
		return nil
	}
	began := p.events
	resumed := false
	if m := resumedForm.FindStringSubmatch(line); m != nil {
		first, ok := unfinished[m[1]]
		if !ok {
			return errors.New("it was not begun")
		}
		delete(unfinished, m[1])
		line, resumed = first+m[3], true
		if at, ok := p.began[m[1]]; ok {
			began = at
			delete(p.began, m[1])
		}
	}
	m := callForm.FindStringSubmatch(line)
	if m == nil {
		return nil // an exit, or a call that the end of the program cut off
	}
	result, err := strconv.ParseInt(m[4], 0, 64)
	if err != nil || result < 0 {
		return nil
	}
	if resumed && m[2] == "close" {
		return nil
	}
	return p.call(m[2], split(m[3]), result, began)
}

// split takes arguments apart. Strings are in hexadecimal, and hold no comma.
func split(arguments string) []string {
	if arguments == "" {
		return nil
	}
	list := strings.Split(arguments, ", ")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// text decodes a string in hexadecimal: "\x61\x62".
func text(argument string) (string, error) {
	hex, ok := strings.CutPrefix(argument, `"`)
	hex, whole := strings.CutSuffix(hex, `"`)
	if !ok || !whole || len(hex)%4 != 0 {
		return "", fmt.Errorf("%.40s is no string", argument)
	}
	b := make([]byte, 0, len(hex)/4)
	for i := 0; i < len(hex); i += 4 {
		v, err := strconv.ParseUint(hex[i+2:i+4], 16, 8)
		if err != nil {
			return "", err
		}
		b = append(b, byte(v))
	}
	return string(b), nil
}
