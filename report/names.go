package report

import (
	"slices"
	"strings"
)

// names gives each method of a study a short name for legends and headings:
// the name of its family where that is unique, its leading parameter where it
// has one ("mixup 0.2"), what makes it another method than its family's
// ("mixup 2, at=hidden"), and all of its spec where that is needed to tell two
// methods apart.
func names(methods []string) []string {
	short := make([]string, len(methods))
	count := map[string]int{}
	for i, method := range methods {
		short[i] = shortName(method)
		count[short[i]]++
	}
	for i, method := range methods {
		if count[short[i]] > 1 {
			family, rest, _ := strings.Cut(method, ":")
			short[i] = strings.TrimSpace(familyName(family) + " " + strings.ReplaceAll(rest, ",", ", "))
		}
	}
	return short
}

// shortName is the family of a method, its leading parameter, where it mixes and
// with whom.
func shortName(method string) string {
	family, rest, _ := strings.Cut(method, ":")
	name := familyName(family)
	if family == "oneof" {
		return name
	}
	for i, option := range strings.Split(rest, ",") {
		key, _, hasValue := strings.Cut(option, "=")
		switch {
		case i == 0 && !hasValue && option != "" && slices.Contains([]string{"mixup", "cutmix", "noise"}, family):
			name += " " + option
		case key == "at" || key == "partners" && option != "partners=derangement":
			name += ", " + option
		}
	}
	return name
}

// familyName writes a family the way its paper does.
func familyName(family string) string {
	switch family {
	case "erm":
		return "ERM"
	case "samplepairing":
		return "SamplePairing"
	case "cutmix":
		return "CutMix"
	}
	return family
}
