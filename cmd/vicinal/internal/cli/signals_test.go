package cli

import (
	"bufio"
	"os"
	"os/exec"
	ossignal "os/signal"
	"syscall"
	"testing"
	"time"
)

// sleeperVariable makes the test binary a program that takes a signal and then never ends by itself.
const sleeperVariable = "VICINAL_TEST_SLEEPER"

func sleep() {
	ctx, stop := withSignals()
	defer stop()
	os.Stdout.WriteString("ready\n")
	<-ctx.Done()
	os.Stdout.WriteString("cancelled\n")
	time.Sleep(time.Hour)
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if ossignal.Ignored(signal) {
			t.Logf("not tested: %v is ignored, as under nohup", signal)
			continue
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), sleeperVariable+"=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer cmd.Process.Kill()
		lines := bufio.NewScanner(out)
		for _, want := range []string{"ready", "cancelled"} {
			if !lines.Scan() || lines.Text() != want {
				t.Fatalf("%v: got %q, want %q", signal, lines.Text(), want)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		}
		// Wait may only close the pipe after it was read to its end.
		for lines.Scan() {
			t.Errorf("%v: more output: %s", signal, lines.Text())
		}
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != ExitInterrupted {
			t.Errorf("%v twice: exit code %d, want %d", signal, got, ExitInterrupted)
		}
	}
}

func TestSignalsAreLeftAloneAfterStop(t *testing.T) {
	ctx, stop := withSignals()
	stop()
	if ctx.Err() == nil {
		t.Error("the context lives on after stop")
	}
}
