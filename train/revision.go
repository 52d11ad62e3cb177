package train

import "fmt"

// revision is a change of the program by which some specs came to give other
// results than before, beyond rounding.
type revision struct {
	what     string // "mixup draws its weight by sample"
	concerns func(Spec) bool
}

// revisions are all such changes, the first the oldest. A change is added at
// the end and stays; what concerns no spec that a release could run is left out.
var revisions = []revision{}

// Revision is the number, from 1, of the last change of the program's
// arithmetic that concerns a resolved spec, 0 where none does. Runs of one
// spec with different revisions give different results: they are neither
// resumed nor compared.
func Revision(spec Spec) int {
	last := 0
	for i, r := range revisions {
		if r.concerns(spec) {
			last = i + 1
		}
	}
	return last
}

// revisionBetween says what lies between two revisions. It goes on after "made".
func revisionBetween(was, is int) string {
	switch last := max(was, is); {
	case last > len(revisions):
		return "by a newer program, whose arithmetic this one does not know"
	case was < is:
		return fmt.Sprintf("before the program changed: %s", revisions[last-1].what)
	default:
		return fmt.Sprintf("after the program changed: %s", revisions[last-1].what)
	}
}
