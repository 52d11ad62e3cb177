package data

import (
	"context"
	"encoding/json"
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

func writeManifest(ctx context.Context, dir string, r *reader) error {
	m := manifest{Set: r.info.Name, Archives: r.archives}
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
