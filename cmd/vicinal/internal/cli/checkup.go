package cli

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// mostTwins bounds the pairs of samples that are printed.
const mostTwins = 10

// printCheckup says what a check has found.
func printCheckup(t *IO, c *data.Checkup) {
	t.Printf("%s\n", t.Bold(fmt.Sprintf("%s: %s samples, %sB", clean(c.Set), humanize.Thousands(int64(c.Samples)), humanize.SI(float64(c.Bytes)))))
	for _, p := range c.Parts {
		counts := ""
		if len(p.Counts) > 0 && p.Samples > 0 {
			counts = "  " + data.CountsText(p.Counts, c.Classes)
		}
		t.Printf("  %-11s %8s%s\n", p.Part, humanize.Thousands(int64(p.Samples)), clean(counts))
	}
	t.Printf("  SHA-256     %s\n", c.Sum)
	section := func(n int, title string) bool {
		if n > 0 {
			t.Printf("\n%s\n", t.Bold(title+": "+humanize.Thousands(int64(n))))
		}
		return n > 0
	}
	if section(len(c.Broken), "broken") {
		for _, b := range c.Broken {
			t.Printf("  %-11s %s: %s\n", b.Part, clean(b.Path), clean(b.Reason))
		}
	}
	printTwins(t, section, "in two parts", c.Between)
	printTwins(t, section, "twice in one part", c.Within)
	printTwins(t, section, "equal content, but of other classes or targets", c.Conflicts)
	if section(len(c.Odd), "odd") {
		for _, o := range c.Odd {
			t.Printf("  %s\n", clean(oddText(o)))
		}
	}
	left := 0
	for _, l := range c.LeftOut {
		left += l.Count
	}
	if section(left, "left out") {
		for _, l := range c.LeftOut {
			t.Printf("  %s × %s: %s\n", humanize.Thousands(int64(l.Count)), clean(l.Reason), clean(l.Example)+more(l.Count-1))
		}
	}
	for _, remark := range c.Remarks {
		t.Printf("\n%s\n", clean(remark))
	}
	if len(c.Broken)+c.Between.Count+c.Within.Count+c.Conflicts.Count+len(c.Odd) == 0 {
		t.Printf("\nnothing is broken, there twice or odd\n")
	}
}

func printTwins(t *IO, section func(int, string) bool, title string, twins data.Twins) {
	if !section(twins.Count, title) {
		return
	}
	for _, p := range twins.Pairs[:min(len(twins.Pairs), mostTwins)] {
		t.Printf("  %s = %s\n", clean(placeText(p.Sample)), clean(placeText(p.First)))
	}
	if n := twins.Count - mostTwins; n > 0 {
		t.Printf("  and %s more\n", humanize.Thousands(int64(n)))
	}
}

// placeText is such as "test folder/cat/1.jpg (cat)".
func placeText(p data.Place) string {
	text := p.Part + " " + p.Name
	if p.Class != "" {
		text += " (" + p.Class + ")"
	}
	return text
}

// oddText is such as "3 × silence throughout: a.wav and 2 more".
func oddText(o data.Odd) string {
	if o.Count == 0 {
		return o.What
	}
	return fmt.Sprintf("%s × %s: %s", humanize.Thousands(int64(o.Count)), o.What, o.Example+more(o.Count-1))
}

// more is " and 2 more", "" of none.
func more(n int) string {
	if n < 1 {
		return ""
	}
	return fmt.Sprintf(" and %s more", humanize.Thousands(int64(n)))
}
