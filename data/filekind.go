package data

import (
	"path/filepath"
	"slices"
	"strings"
)

// fileKind says which files of a folder are samples.
type fileKind struct {
	name    string   // of one: "image"
	endings []string // of their names, in lower case
	set     string   // that reads them: "folder"
}

// takes reports whether a file of that name is a sample.
func (k *fileKind) takes(name string) bool {
	return slices.Contains(k.endings, strings.ToLower(filepath.Ext(name)))
}

// none says why a file of that name is not a sample.
func (k *fileKind) none(name string) string {
	ext := strings.ToLower(filepath.Ext(name))
	if ext == "" || len(ext) > 16 {
		return "no " + k.name
	}
	return "no " + k.name + " (" + ext + ")"
}

// String names the kind and its endings: "images (.jpg, .png)".
func (k *fileKind) String() string {
	return k.name + "s (" + strings.Join(k.endings, ", ") + ")"
}
