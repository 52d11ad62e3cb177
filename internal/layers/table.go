package layers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Room is a row of the table.
type Room struct {
	Folders  []string // from the module's root, with slashes
	Imports  []string // folders of rooms further down
	AllBelow bool     // every room further down
	GoMLX    bool     // the framework
}

// heading starts the section whose first table is read.
const heading = "## Rooms"

var quoted = regexp.MustCompile("`([^`]+)`")

// Table returns the rooms of ARCHITECTURE.md in order.
func Table(markdown string) ([]Room, error) {
	_, section, ok := strings.Cut(markdown, "\n"+heading+"\n")
	if !ok {
		return nil, fmt.Errorf("no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var rooms []Room
	seen := map[string]bool{}
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 3 {
			return nil, fmt.Errorf("a row of %d cells, of 3: %s", len(cells), line)
		}
		room := Room{
			Folders:  names(cells[0]),
			Imports:  names(cells[2]),
			AllBelow: strings.Contains(cells[2], "all below"),
			GoMLX:    strings.Contains(cells[2], "GoMLX"),
		}
		for _, f := range room.Folders {
			if seen[f] {
				return nil, fmt.Errorf("two rows for %s", f)
			}
			seen[f] = true
		}
		if len(room.Folders) > 0 { // else the head or the rule below it
			rooms = append(rooms, room)
		}
	}
	if len(rooms) == 0 {
		return nil, fmt.Errorf("no table of rooms below %q", heading)
	}
	return rooms, nil
}

func names(cell string) []string {
	var all []string
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}

// home returns the index of the room a package belongs to, or -1.
func home(rooms []Room, pkg string) int {
	at, longest := -1, 0
	for i, r := range rooms {
		for _, f := range r.Folders {
			if (pkg == f || strings.HasPrefix(pkg, f+"/")) && len(f) > longest {
				at, longest = i, len(f)
			}
		}
	}
	return at
}

// named returns the index of the room with a folder, or -1.
func named(rooms []Room, folder string) int {
	return slices.IndexFunc(rooms, func(r Room) bool { return slices.Contains(r.Folders, folder) })
}
