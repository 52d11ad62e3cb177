package report

import (
	"strings"
)

// names gives each method of a study a short name for legends and headings:
// the name of its family where that is unique, its leading parameter where it
// has one ("mixup 0.2"), and all of its spec where that is needed to tell two
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

// shortName is the family of a method and its leading parameter.
func shortName(method string) string {
	family, rest, _ := strings.Cut(method, ":")
	first, _, _ := strings.Cut(rest, ",")
	if family != "mixup" && family != "cutmix" || strings.Contains(first, "=") || first == "" {
		return familyName(family)
	}
	return familyName(family) + " " + first
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
