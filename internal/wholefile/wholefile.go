package wholefile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Suffix ends the name of every file that is still being written. Its name is
// that of the file to be, after a dot.
const Suffix = ".tmp"

// Write writes content to path: aside, synced to the disk, then renamed, so
// that neither a reader nor a crash meets half a file. What path held before
// stays until then, and stays if an error is returned, unless the error is of
// the folder, whose entries may then be lost with the power. The error is one
// line that names path.
//
// Any number of writers may write a path; the last one wins.
func Write(path string, content []byte) error {
	for {
		aside := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x%s", filepath.Base(path), rand.Uint32(), Suffix))
		p, err := prepare(path, aside, os.O_EXCL, bytes.NewReader(content))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		return p.Commit()
	}
}
