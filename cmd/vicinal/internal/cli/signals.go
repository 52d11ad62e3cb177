package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// withSignals is a context that the first SIGINT, SIGTERM or SIGHUP cancels, so that the work under way can
// end at a whole step and be saved; a second one ends the process at once. Signals that were being ignored
// when the process started (as under nohup) stay ignored. stop must be called when the work is over.
func withSignals() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals, done := make(chan os.Signal, 2), make(chan struct{})
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	go func() {
		select {
		case <-done:
			return
		case <-signals:
			cancel()
		}
		select {
		case <-done:
		case <-signals:
			os.Exit(ExitInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}
