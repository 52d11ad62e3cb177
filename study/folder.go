package study

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/filelock"
	"github.com/vicinal-ml/vicinal/internal/ownfolder"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// Names in a study's folder.
const (
	specName    = "study.toml"
	resultsName = "results.json"
	csvName     = "results.csv"
	runsName    = "runs"
	lockName    = ".lock"
)

// claim makes the folder where it does not exist and takes its lock. It
// refuses a folder that holds something else than a study, and leaves nothing
// in it then.
func claim(dir string) (unlock func(), err error) {
	if err := wholefile.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("making the study's folder: %w", err)
	}
	if err := refuseStrangers(dir); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("the study's folder cannot be written: %w", err)
	}
	if ok, err := filelock.Try(lock); !ok {
		lock.Close()
		if err == nil {
			err = ErrBusy
		}
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return func() { lock.Close() }, nil
}

// refuseStrangers fails where there is no study.toml but something that no
// study leaves behind. Runs whose study.toml is lost are not strange: each has
// its own spec, which is compared, and study.toml is made again.
func refuseStrangers(dir string) error {
	if hasRuns(dir) {
		return nil
	}
	return ownfolder.Check(dir, specName, func(name string) bool {
		return name == lockName || name == chooseName || strings.HasPrefix(name, "."+specName+".")
	}, ErrOtherStudy)
}

// hasRuns reports whether a folder has runs as a study has them.
func hasRuns(dir string) bool {
	specs, err := fs.Glob(os.DirFS(dir), runsName+"/*/seed-*/spec.toml")
	return err == nil && len(specs) > 0
}

// keep writes the spec of the whole study to study.toml, unless it is there.
func keep(dir string, whole Spec) error {
	path := filepath.Join(dir, specName)
	there, err := ReadSpec(path)
	if err == nil && slices.Equal(whole.Methods, there.Methods) && slices.Equal(whole.Seeds, there.Seeds) && whole.Measure == there.Measure && slices.Equal(whole.Choose, there.Choose) && whole.Stop.EndedAt == there.Stop.EndedAt {
		return nil
	}
	whole.Jobs = 0 // of this call, not of the study
	text, err := whole.TOML()
	if err != nil {
		return err
	}
	return wholefile.Write(path, text)
}

// extend returns the study there with the methods and seeds of spec that it
// lacks. The error names the first setting that keeps them from being one study.
func extend(there, spec Spec) (Spec, error) {
	if difference := differ(there, spec); difference != "" {
		return Spec{}, errors.New(difference)
	}
	whole := spec
	whole.Stop.EndedAt = there.Stop.EndedAt
	whole.Methods, whole.Seeds = slices.Clone(there.Methods), slices.Clone(there.Seeds)
	for _, method := range spec.Methods {
		if !slices.Contains(whole.Methods, method) {
			whole.Methods = append(whole.Methods, method)
		}
	}
	for _, seed := range spec.Seeds {
		if !slices.Contains(whole.Seeds, seed) {
			whole.Seeds = append(whole.Seeds, seed)
		}
	}
	return whole, nil
}

// differ names the first setting that two studies do not share, or "" where
// they are the same study. Both are resolved.
func differ(there, spec Spec) string {
	if difference := spec.Run(there.Methods[0], 0).Difference(there.Run(there.Methods[0], 0)); difference != "" {
		return difference
	}
	if spec.Methods[0] != there.Methods[0] {
		return fmt.Sprintf("it compares with %s there, with %s here: name the base first", there.Methods[0], spec.Methods[0])
	}
	return differSequence(there, spec)
}
