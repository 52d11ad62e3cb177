package report

import (
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// Markdown is [MethodTable] in Markdown, with [Notes] as a list below it.
func Markdown(res *study.Results) string {
	var b strings.Builder
	b.WriteString(MethodTable(res).Markdown() + "\n")
	for _, line := range Notes(res) {
		b.WriteString("- " + line + "\n")
	}
	return b.String()
}
