package cli

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// transfer tells how far a download is: one redrawn line on a terminal, elsewhere one line for each file and
// step.
type transfer struct {
	t     *IO
	now   func() time.Time
	what  string    // the step and file under way
	from  int64     // bytes that were there when it began
	start time.Time // of the step and file
	last  time.Time // of the last drawing
	drawn bool
}

func newTransfer(t *IO) *transfer { return &transfer{t: t, now: time.Now} }

// show takes the progress that package data reports.
func (r *transfer) show(p data.Progress) {
	now := r.now()
	fresh := r.what != p.Step+" "+p.File
	if fresh {
		r.what, r.from, r.start = p.Step+" "+p.File, p.Done, now
	}
	switch {
	case r.t.Quiet:
	case !r.t.IsTerminal():
		// The files of a set that is checked are too many for a line each.
		if fresh && (p.Step != "checking" || p.Total == 0) {
			fmt.Fprintln(r.t.ErrOut, r.what)
		}
	case fresh || now.Sub(r.last) >= redrawEvery:
		r.last, r.drawn = now, true
		room, line := r.t.Width()-3, r.line(p, now)
		if p.Total > 0 {
			line += bar(float64(p.Done)/float64(p.Total), room-utf8.RuneCountInString(line))
		}
		r.t.redraw(clip(line, room))
	}
}

// line is such as "downloading a.gz  45 %  12.3 of 27.4 MB  2.1 MB/s  ETA 7.2 s".
func (r *transfer) line(p data.Progress, now time.Time) string {
	text := r.what
	if p.Total > 0 {
		text += fmt.Sprintf("  %2.0f %%  %.1f of %.1f MB", 100*float64(p.Done)/float64(p.Total), float64(p.Done)/1e6, float64(p.Total)/1e6)
	} else if p.Done > 0 {
		text += fmt.Sprintf("  %.1f MB", float64(p.Done)/1e6)
	}
	seconds := now.Sub(r.start).Seconds()
	if seconds < 0.5 || p.Done <= r.from {
		return text
	}
	rate := float64(p.Done-r.from) / seconds
	text += fmt.Sprintf("  %.1f MB/s", rate/1e6)
	if p.Total > 0 {
		text += "  ETA " + humanize.Seconds(float64(p.Total-p.Done)/rate)
	}
	return text
}

// bar is a picture of a share in the columns that are left of a line, "" where they are too few.
func bar(share float64, room int) string {
	columns := min(room-4, 30) // two spaces and two brackets
	if columns < 5 {
		return ""
	}
	full := int(float64(columns) * min(max(share, 0), 1))
	text := strings.Repeat("=", full)
	if full < columns {
		text += ">" + strings.Repeat(" ", columns-full-1)
	}
	return "  [" + text + "]"
}

// close takes the redrawn line off the terminal.
func (r *transfer) close() {
	if r.drawn {
		r.t.redraw("")
		r.drawn = false
	}
}
