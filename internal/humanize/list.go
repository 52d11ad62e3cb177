package humanize

import "strings"

// Few lists at most so many names, and says how many more there are:
// "a, b and 7 more".
func Few(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + Thousands(int64(len(names)-most)) + " more"
}

// Series lists names as a sentence does: "a", "a or b", "a, b or c".
func Series(names []string, conjunction string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}
