package train

import (
	"fmt"
	"time"
)

// Duration is a time.Duration that is written as text ("30s", "1m30s") in TOML
// and JSON.
type Duration time.Duration

// String returns it as time.Duration does.
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalText writes it as String does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration (write 30s or 5m)", text)
	}
	*d = Duration(parsed)
	return nil
}
