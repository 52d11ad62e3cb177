package fetch

import (
	"bytes"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// part writes what a download that was cut short leaves.
func part(t *testing.T, f File, content []byte, r record) {
	t.Helper()
	if err := os.WriteFile(f.part(), content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.write(f.partRecord()); err != nil {
		t.Fatal(err)
	}
}

// A loss of power may leave anything behind what was synced: that is asked for
// again, also where nothing but the record would tell.
func TestGetAfterLossOfPower(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { whole(w, r, `"a"`) })
	zeros := slices.Concat(content[:100_000], make([]byte, len(content)-100_000))
	for name, test := range map[string]struct {
		part   []byte
		record record
		ranges int32
	}{
		"zeros after the synced part":      {zeros, record{URL: s.URL, Validator: `"a"`, Synced: 100_000}, 1},
		"all zeros and a longer file":      {append(zeros, 0), record{URL: s.URL, Validator: `"a"`, Synced: 100_000}, 1},
		"whole and synced":                 {content, record{URL: s.URL, Validator: `"a"`, Synced: int64(len(content))}, 1},
		"whole, but more behind it":        {append(slices.Clone(content), "more"...), record{URL: s.URL, Validator: `"a"`, Synced: int64(len(content))}, 1},
		"nothing synced":                   {zeros, record{URL: s.URL, Validator: `"a"`}, 0},
		"a part of another version":        {bytes.Repeat([]byte("x"), 1000), record{URL: s.URL, Validator: `"b"`, Synced: 1000}, 1},
		"a record that counts too much":    {content[:10], record{URL: s.URL, Validator: `"a"`, Synced: 100_000}, 1},
		"a record that counts backwards":   {content[:10], record{URL: s.URL, Validator: `"a"`, Synced: -5}, 0},
		"a record of somewhere else's":     {zeros, record{URL: "http://localhost/", Validator: `"a"`, Synced: 100_000}, 0},
		"a record without a validator":     {zeros, record{URL: s.URL, Synced: 100_000}, 0},
		"a validator that no header takes": {zeros, record{URL: s.URL, Validator: "a\x00", Synced: 100_000}, 0},
	} {
		f := file(t, s.URL)
		f.SHA256 = ""
		part(t, f, test.part, test.record)
		before := s.ranges.Load()
		if err := downloader(t).Get(t.Context(), f); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check(t, f)
		if n := s.ranges.Load() - before; n != test.ranges {
			t.Errorf("%s: %d requests for a range, want %d", name, n, test.ranges)
		}
	}
}

// A file that is in place is taken only with the right sum.
func TestGetKeepsWhatIsWhole(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { whole(w, r, `"a"`) })
	for _, known := range []bool{true, false} {
		f := file(t, s.URL)
		if !known {
			f.SHA256 = ""
		}
		for _, step := range []struct {
			damage   bool
			requests int32
		}{{false, 1}, {false, 0}, {true, 1}, {false, 0}} {
			if step.damage {
				if err := os.WriteFile(f.Dest, []byte(strings.Repeat("0", len(content))), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before := s.requests.Load()
			if err := downloader(t).Get(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			check(t, f)
			if n := s.requests.Load() - before; n != step.requests {
				t.Errorf("sum known %t, damaged %t: %d requests, want %d", known, step.damage, n, step.requests)
			}
		}
	}
}
