//go:build linux

package stricttoml

import (
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// Text of the largest size ends in an error, in bounded memory.
func TestHostileTextStaysWithinMemory(t *testing.T) {
	for name, text := range map[string]string{
		"arrays": "a=" + strings.Repeat("[", MaxBytes),
		"tables": "a=" + strings.Repeat("{a=", MaxBytes/3),
		"keys":   strings.Repeat("a.", MaxBytes/2) + "a=1",
		"heads":  "[" + strings.Repeat("a.", MaxBytes/2) + "a]",
		"many":   "a=[" + strings.Repeat("{},", MaxBytes/3) + "{}]",
		"unread": strings.Repeat("b.b=1\n", MaxBytes/6),
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, 768, func(t *testing.T) {
				var into struct {
					C int `toml:"c"`
				}
				if err := Decode("t.toml", []byte(text), &into); err == nil {
					t.Error("no error")
				}
			})
		})
	}
}
