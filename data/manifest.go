package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/data/internal/fetch"
	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// manifestName is the file in a set's folder that says what Get put there.
const manifestName = ".vicinal.json"

// manifest lists what Get put into a folder.
type manifest struct {
	Set      string         `json:"set"`
	Archives []Archive      `json:"archives"`
	Files    []manifestFile `json:"files"`
}

type manifestFile struct {
	Path   string `json:"path"` // below the folder, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Bounds of a manifest: a file of a set takes some 150 bytes, and an archive is an object too.
const (
	maxManifestBytes = 1 << 25
	maxManifestFiles = 1 << 18
)

// parseManifest reads a manifest. It names no file outside its folder, and none twice.
func parseManifest(text []byte) (manifest, error) {
	var m manifest
	if err := jsonfile.Decode(text, maxManifestFiles, &m); err != nil {
		return m, err
	}
	seen := make(map[string]bool)
	for i, f := range m.Files {
		switch {
		case !filepath.IsLocal(filepath.FromSlash(f.Path)):
			return m, fmt.Errorf("file %d, %.100q, is not in the folder", i+1, f.Path)
		case seen[f.Path]:
			return m, fmt.Errorf("file %d, %.100q, is named twice", i+1, f.Path)
		case f.Size < 0 || len(f.SHA256) != 64:
			return m, fmt.Errorf("file %d, %.100q, has no size and SHA-256", i+1, f.Path)
		}
		seen[f.Path] = true
	}
	return m, nil
}

// list adds the files in dir.
func (m *manifest) list(ctx context.Context, dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || e.IsDir() {
			return err
		}
		sum, size, err := fetch.Sum(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		m.Files = append(m.Files, manifestFile{filepath.ToSlash(name), size, sum})
		return err
	})
}

// write writes the manifest of the set in dir.
func (m *manifest) write(dir string) error {
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(dir, manifestName), append(text, '\n'))
}

// folderSum is one sum for the files directly in a folder of that name. It is
// what "sha256sum * | sha256sum" prints there in the C locale.
func folderSum(files []manifestFile, folder string) string {
	sums := make(map[string]string)
	for _, f := range files {
		if dir, name := path.Split(f.Path); path.Base(dir) == folder {
			sums[name] = f.SHA256
		}
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(h, "%s  %s\n", sums[name], name)
	}
	return hex.EncodeToString(h.Sum(nil))
}
