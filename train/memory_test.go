//go:build linux

package train

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

func TestHostileRunFoldersStayWithinMemory(t *testing.T) {
	for name, c := range map[string]struct {
		make func(t *testing.T, dir string)
		read func(dir string) error
		want string
	}{
		"result of a terabyte": {
			func(t *testing.T, dir string) { memorytest.Sparse(t, dir, rundir.ResultFile) },
			func(dir string) error { _, err := ReadResult(dir); return err },
			"bytes or more: at most",
		},
		"result of objects": {
			func(t *testing.T, dir string) {
				text := `{"broken":[` + strings.Repeat("{},", 5<<20) + "{}]}"
				if err := os.WriteFile(filepath.Join(dir, rundir.ResultFile), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			},
			func(dir string) error { _, err := ReadResult(dir); return err },
			"objects: at most",
		},
		"metrics of a terabyte": {
			func(t *testing.T, dir string) { memorytest.Sparse(t, dir, rundir.MetricsFile) },
			func(dir string) error { _, err := ReadMetrics(dir); return err },
			"bytes or more: at most",
		},
		"metrics of values": {
			func(t *testing.T, dir string) {
				line := "{" + strings.Repeat(`"val_a":1,`, 1<<18) + "\"val_a\":1}\n"
				if err := os.WriteFile(filepath.Join(dir, rundir.MetricsFile), []byte(strings.Repeat(line, 4)), 0o644); err != nil {
					t.Fatal(err)
				}
			},
			func(dir string) error {
				maxMeasured = 1 << 19 // of this process, which ends with the test
				_, err := ReadMetrics(dir)
				return err
			},
			"more than 524288 values",
		},
		"metrics of nothing": {
			func(t *testing.T, dir string) {
				if err := os.WriteFile(filepath.Join(dir, rundir.MetricsFile), []byte(strings.Repeat("{}\n", 1<<17)), 0o644); err != nil {
					t.Fatal(err)
				}
			},
			func(dir string) error {
				maxMetrics = 1 << 16 // of this process, which ends with the test
				_, err := ReadMetrics(dir)
				return err
			},
			"more than 65536 lines",
		},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, 1024, func(t *testing.T) {
				dir := t.TempDir()
				c.make(t, dir)
				if err := c.read(dir); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		})
	}
}
