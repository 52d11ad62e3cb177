package data

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data/internal/fetch"
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

// parseManifest reads a manifest. It names no file outside its folder, and none twice.
func parseManifest(text []byte) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
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

// writeManifest adds the files in dir to m and writes it there.
func writeManifest(ctx context.Context, dir string, m manifest) error {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
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
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(dir, manifestName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(append(text, '\n')); err != nil {
		return err
	}
	return file.Sync()
}
