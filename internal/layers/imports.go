package layers

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Imports returns the folders below root that hold a package, and what each
// imports, apart from tests, on any system and with any tags. Packages of the
// module are named by their folder.
func Imports(root, module string) (map[string][]string, error) {
	all := map[string][]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(name)
		if _, ok := all[pkg]; !ok {
			all[pkg] = nil
		}
		for _, spec := range file.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			p = strings.TrimPrefix(p, module+"/")
			if !slices.Contains(all[pkg], p) {
				all[pkg] = append(all[pkg], p)
			}
		}
		return nil
	})
	return all, err
}
