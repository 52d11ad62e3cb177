package cli

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/nlpodyssey/safetensors"
	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a command and wants an exit code: exit CODE PROGRAM ARGUMENTS. With a code other than 0
// the last line on standard error must be the program's error line.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE PROGRAM ARGUMENTS")
	}
	want := number(ts, args[0])
	if got := exitCode(ts, ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if want != 0 {
		checkErrorLine(ts, ts.ReadFile("stderr"))
	}
}

func exitCode(ts *testscript.TestScript, err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	ts.Fatalf("%v", err)
	return 0
}

func checkErrorLine(ts *testscript.TestScript, text string) {
	text = strings.TrimSuffix(text, "\n")
	if line := text[strings.LastIndexByte(text, '\n')+1:]; !strings.HasPrefix(line, "vicinal: ") {
		ts.Fatalf("the last line of standard error is no error line: %q", line)
	}
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

// lines wants a number of lines in a file: lines N FILE.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines N FILE")
	}
	text := ts.ReadFile(args[1])
	if got := strings.Count(text, "\n"); got != number(ts, args[0]) {
		ts.Fatalf("%s has %d lines, want %s:\n%s", args[1], got, args[0], text)
	}
}

// process starts a program in the script's folder, with its output in stderr.
func process(ts *testscript.TestScript, args []string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	program, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd = exec.Command(program, args[1:]...)
	cmd.Dir, cmd.Env = ts.Getenv("WORK"), environment(ts)
	stderr = new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stderr, stderr
	ts.Check(cmd.Start())
	return cmd, stderr
}

func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "WORK"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// interrupt runs a program and sends it a signal once a file has a number of lines:
// interrupt CODE SIGNAL FILE LINES PROGRAM ARGUMENTS. It wants the exit code, -1 for a killed process.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 5 {
		ts.Fatalf("usage: interrupt CODE SIGNAL FILE LINES PROGRAM ARGUMENTS")
	}
	signal, ok := map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}[args[1]]
	if !ok {
		ts.Fatalf("unknown signal %s", args[1])
	}
	cmd, stderr := process(ts, args[4:])
	if !hasLines(ts, args[2], args[3]) {
		cmd.Process.Kill()
		cmd.Wait()
		ts.Fatalf("%s did not get %s lines in a minute; output:\n%s", args[2], args[3], stderr)
	}
	ts.Check(cmd.Process.Signal(signal))
	if got, want := exitCode(ts, cmd.Wait()), number(ts, args[0]); got != want {
		ts.Fatalf("exit code %d, want %d; output:\n%s", got, want, stderr)
	}
	ts.Logf("%s", stderr)
	if args[0] != "-1" {
		checkErrorLine(ts, stderr.String())
	}
	ts.Check(os.WriteFile(ts.MkAbs("interrupted"), stderr.Bytes(), 0o666))
}

// waitLines waits until a file has a number of lines: waitlines FILE LINES.
func waitLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: waitlines FILE LINES")
	}
	if !hasLines(ts, args[0], args[1]) {
		ts.Fatalf("%s did not get %s lines in a minute", args[0], args[1])
	}
}

// hasLines waits a minute at most for a file to have a number of lines.
func hasLines(ts *testscript.TestScript, file, lines string) bool {
	path, least := ts.MkAbs(file), number(ts, lines)
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(2 * time.Millisecond) {
		// Until the file is there it has no lines.
		if text, err := os.ReadFile(path); err == nil && bytes.Count(text, []byte("\n")) >= least {
			return true
		}
	}
	return false
}

// killed starts a program again and again and kills it each time after a random while of at most so many
// milliseconds, then lets it run to its end: killed TIMES MILLISECONDS PROGRAM ARGUMENTS.
func killed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: killed TIMES MILLISECONDS PROGRAM ARGUMENTS")
	}
	times, most := number(ts, args[0]), number(ts, args[1])
	seed := rand.Uint64()
	ts.Logf("the whiles are drawn with seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	cut := 0
	for range times {
		cmd, _ := process(ts, args[2:])
		time.Sleep(time.Duration(random.IntN(most*1000)) * time.Microsecond)
		ts.Check(cmd.Process.Kill())
		if cmd.Wait() != nil {
			cut++
		}
	}
	if cut == 0 {
		ts.Fatalf("the program was never killed before its end: give it more to do")
	}
	ts.Check(ts.Exec(args[2], args[3:]...))
}

// smallDisk mounts an empty file system of a size on a folder for the rest of the script: smalldisk SIZE FOLDER.
func smallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: smalldisk SIZE FOLDER")
	}
	dir := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(mount(args[0], dir))
	ts.Defer(func() { exec.Command("umount", dir).Run() })
}

func mount(size, dir string) error {
	return exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).Run()
}

// canMount says whether this process may mount file systems.
func canMount() bool {
	dir, err := os.MkdirTemp("", "vicinal-mount-")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if mount("64k", dir) != nil {
		return false
	}
	return exec.Command("umount", dir).Run() == nil
}

// same wants equal bytes in files of two folders: same FOLDER FOLDER PATTERN, and at least one such file.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: same FOLDER FOLDER PATTERN")
	}
	one, other := ts.MkAbs(args[0]), ts.MkAbs(args[1])
	paths, err := filepath.Glob(filepath.Join(one, args[2]))
	ts.Check(err)
	if len(paths) == 0 {
		ts.Fatalf("no %s in %s", args[2], args[0])
	}
	for _, path := range paths {
		relative, err := filepath.Rel(one, path)
		ts.Check(err)
		a, err := os.ReadFile(path)
		ts.Check(err)
		b, err := os.ReadFile(filepath.Join(other, relative))
		ts.Check(err)
		if !bytes.Equal(a, b) {
			ts.Fatalf("%s differs:\n%s\n---\n%s", relative, a, b)
		}
	}
}

// zipped packs files into an archive: zipped ARCHIVE FILE...
func zipped(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: zipped ARCHIVE FILE...")
	}
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range args[1:] {
		file, err := w.Create(name)
		ts.Check(err)
		_, err = io.WriteString(file, ts.ReadFile(name))
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), packed.Bytes(), 0o666))
}

// spoiled sets the first value of a tensor of a safetensors file: spoiled FILE TENSOR VALUE.
func spoiled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: spoiled FILE TENSOR VALUE")
	}
	content := []byte(ts.ReadFile(args[0]))
	file, err := safetensors.Deserialize(content)
	ts.Check(err)
	tensor, ok := file.Tensor(args[1])
	if !ok {
		ts.Fatalf("%s has no tensor %s", args[0], args[1])
	}
	value, err := strconv.ParseFloat(args[2], 32)
	ts.Check(err)
	binary.LittleEndian.PutUint32(tensor.Data(), math.Float32bits(float32(value))) // a view of content
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o666))
}
