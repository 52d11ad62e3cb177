//go:build linux

package data

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// hostileWAV writes a file of that many bytes of samples, most of them not on the disk.
func hostileWAV(t *testing.T, rate uint32, channels, bits uint16, size int64) string {
	t.Helper()
	le := binary.LittleEndian
	frame := channels * ((bits + 7) / 8)
	head := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00")
	head = le.AppendUint16(head, channels)
	head = le.AppendUint32(head, rate)
	head = le.AppendUint32(head, rate*uint32(frame))
	head = le.AppendUint16(head, frame)
	head = le.AppendUint16(head, bits)
	head = append(head, "data\xff\xff\xff\xff"...)
	path := filepath.Join(t.TempDir(), "0.wav")
	err := os.WriteFile(path, head, 0o644)
	if err == nil {
		err = os.Truncate(path, int64(len(head))+size)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// A recording takes the memory of its file, which is bounded, and of what is kept of it.
func TestHostileRecordingsStayWithinMemory(t *testing.T) {
	const most = maxSampleBytes - 44
	for name, c := range map[string]struct {
		make     func(t *testing.T) string
		resample bool
		want     string // "" where it is read
	}{
		"of a terabyte":        {func(t *testing.T) string { return memorytest.Sparse(t, t.TempDir(), "0.wav") }, false, "at most 268435456 are read"},
		"one byte too long":    {func(t *testing.T) string { return hostileWAV(t, 16000, 1, 8, most+1) }, false, "at most 268435456 are read"},
		"of one byte a sample": {func(t *testing.T) string { return hostileWAV(t, 16000, 1, 8, most) }, false, ""},
		"resampled":            {func(t *testing.T) string { return hostileWAV(t, 1<<20, 1, 8, most) }, true, ""},
		"of a long filter":     {func(t *testing.T) string { return hostileWAV(t, 1<<17-1, 1, 8, most) }, true, ""},
		"of a longer filter":   {func(t *testing.T) string { return hostileWAV(t, 1<<20-3, 1, 8, most) }, true, "are not resampled"},
		"of many channels":     {func(t *testing.T) string { return hostileWAV(t, 16000, 1<<16-1, 8, most) }, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, 384, func(t *testing.T) {
				form := soundForm{rate: 16000, seconds: 1}
				if c.resample {
					form.filters = &filters{to: form.rate}
				}
				s := &recordings{paths: []string{c.make(t)}, labels: []int32{0}, form: form}
				err := s.Read(t.Context(), 0, make([]float32, s.Size()))
				switch {
				case c.want == "" && err != nil:
					t.Error(err)
				case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		})
	}
}
