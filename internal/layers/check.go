package layers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Check returns what the imports of the packages have that the table has not,
// and what the table has that they have not, a line each. imports holds the
// folders of a module's packages and what each imports: folders of the module
// as Imports names them, and import paths of others.
func Check(rooms []Room, imports map[string][]string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	used := make([]map[int]bool, len(rooms)) // rooms that a room imports
	gomlx := make([]bool, len(rooms))
	for i := range used {
		used[i] = map[int]bool{}
	}
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		from := home(rooms, pkg)
		if from < 0 {
			fault("%s has no row in the table", pkg)
			continue
		}
		room := rooms[from]
		for _, path := range imports[pkg] {
			if strings.HasPrefix(path, "github.com/gomlx/") {
				if gomlx[from] = true; !room.GoMLX {
					fault("%s imports %s, and its row does not name GoMLX", pkg, path)
				}
			}
			to := home(rooms, path)
			if _, ours := imports[path]; !ours || to < 0 || to == from {
				continue
			}
			used[from][to] = true
			if room.AllBelow && to > from || slices.ContainsFunc(room.Imports, func(f string) bool { return named(rooms, f) == to }) {
				continue
			}
			fault("%s imports %s, and its row does not name `%s`", pkg, path, rooms[to].Folders[0])
		}
	}
	for i, r := range rooms {
		if r.GoMLX && !gomlx[i] {
			fault("the row of `%s` names GoMLX, which none of its packages imports", r.Folders[0])
		}
		for _, f := range r.Imports {
			switch to := named(rooms, f); {
			case to < 0:
				fault("the row of `%s` names `%s`, which has no row", r.Folders[0], f)
			case to <= i:
				fault("the row of `%s` names `%s`, which does not stand below it", r.Folders[0], f)
			case !used[i][to]:
				fault("the row of `%s` names `%s`, which none of its packages imports", r.Folders[0], f)
			}
		}
	}
	return faults
}
