package data

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// Names of the parts of a set.
const (
	partTrain      = "train"
	partValidation = "validation"
	partTest       = "test"
)

// partWords are the words that folders of parts are called by.
var partWords = map[string]string{
	"train": partTrain, "training": partTrain, "trainset": partTrain, "traindata": partTrain, "trn": partTrain, "trainval": partTrain,
	"val": partValidation, "valid": partValidation, "validation": partValidation, "validate": partValidation, "valset": partValidation, "validset": partValidation,
	"test": partTest, "testing": partTest, "testset": partTest, "testdata": partTest,
}

// partWordsBesideTrain are words that mean a part only where there is a training part.
var partWordsBesideTrain = map[string]string{
	"dev": partValidation, "devel": partValidation, "development": partValidation, "devset": partValidation,
	"eval": partTest, "evaluation": partTest, "holdout": partTest,
}

// emptyWords say nothing of which part a folder holds.
var emptyWords = map[string]bool{
	"set": true, "data": true, "dataset": true, "image": true, "images": true, "img": true, "imgs": true,
	"photos": true, "pictures": true, "samples": true, "split": true, "part": true, "folder": true,
}

// partMeant returns the part that the name of a folder means, "" for none, and the rest of its words:
// "Train_set" and "val2017" mean a part and nothing else, "seg_train" has the rest "seg".
func partMeant(name string, words map[string]string) (part, rest string) {
	var others []string
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch p := words[word]; {
		case p != "" && part != "":
			return "", "" // "train-test" is neither
		case p != "":
			part = p
		case !emptyWords[word]:
			others = append(others, word)
		}
	}
	return part, strings.Join(others, " ")
}

// lookalike is a folder whose name means a part.
type lookalike struct{ folder, part string }

// lookalikes returns the folders that mean parts: by a name that means nothing else, or by one that another
// folder shares but for the part, as seg_train and seg_test do.
func lookalikes(folders []string) []lookalike {
	var found []lookalike
	type named struct{ part, rest string }
	names := make([]named, len(folders))
	for i, f := range folders {
		names[i].part, names[i].rest = partMeant(f, partWords)
	}
	train := false
	for i, n := range names {
		paired := slices.ContainsFunc(names, func(o named) bool { return o.part != "" && o.part != n.part && o.rest == n.rest })
		if n.part != "" && (n.rest == "" || paired) {
			found = append(found, lookalike{folders[i], n.part})
			train = train || n.part == partTrain
		}
	}
	for _, f := range folders {
		if part, rest := partMeant(f, partWordsBesideTrain); train && part != "" && rest == "" {
			found = append(found, lookalike{f, part})
		}
	}
	return found
}

// refuseLookalikes is an error where folders look like parts that are not read as such.
func refuseLookalikes(r *request, dir string, kind *fileKind, folders []string, where partFolders) error {
	advice := where
	var names []string
	for _, l := range lookalikes(folders) {
		at := advice.of(l.part)
		if *at == "" {
			*at = l.folder
		}
		if l.folder != where.train && l.folder != where.validation && l.folder != where.test {
			names = append(names, l.folder)
		}
	}
	if len(names) > 0 {
		if advice.train == "" {
			advice.train = "."
		}
		return fmt.Errorf("data set %s: %s has %s, which looks like a part but is not called train, val or test: say %s:%s?%s, or ?train=. if every folder is a class",
			r.name, dir, humanize.Few(names, 3), kind.set, dir, advice.query())
	}
	if where.train != "" || len(folders) < 2 {
		return nil
	}
	inner, err := classFolders(filepath.Join(dir, folders[0]))
	if err != nil {
		return fmt.Errorf("data set %s: %w", r.name, err)
	}
	if found := lookalikes(inner); len(found) > 1 && found[0].part != found[1].part {
		at := filepath.Join(dir, folders[0])
		return fmt.Errorf("data set %s: %s holds %s and %s: the folders of parts must lie above those of classes, as %s; say ?train=. if they are no parts",
			r.name, at, found[0].folder, found[1].folder, filepath.Join(dir, partTrain, folders[0]))
	}
	return nil
}

// query writes the folders as parameters.
func (p *partFolders) query() string {
	var pairs []string
	for _, f := range p.each() {
		if *f.at != "" {
			pairs = append(pairs, f.part+"="+filepath.ToSlash(*f.at))
		}
	}
	return strings.Join(pairs, "&")
}
