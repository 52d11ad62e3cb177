package data

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/stream"
)

// smallSets are sets in each form, small: name to options that find its files.
func smallSets(t testing.TB) map[string]Options {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{}
	var ten, hundred []byte
	for i := range 200 {
		ten = append(ten, cifarRecord(byte(i%10))...)
		hundred = append(hundred, cifarRecord(byte(i%100/5), byte(i%4))...)
	}
	for i := range 5 {
		files[fmt.Sprintf("cifar-10-batches-bin/data_batch_%d.bin", i+1)] = ten
	}
	files["cifar-10-batches-bin/test_batch.bin"] = ten
	files["cifar-100-binary/train.bin"], files["cifar-100-binary/test.bin"] = hundred, hundred
	for _, part := range []string{"train", "test"} {
		for class := range 3 {
			for i := range 12 {
				files[fmt.Sprintf("photographs/%s/%c/%d.jpg", part, 'a'+class, i)] = picture(t, "gray.jpg")
			}
		}
	}
	for name, file := range speechFiles() {
		files["speech-commands/"+name] = file
	}
	for i := range 12 {
		for _, word := range []string{"yes", "no"} {
			files[fmt.Sprintf("speech-commands/%s/more%d.wav", word, i)] = wave(16000, 1600)
		}
	}
	files["speech-commands/validation_list.txt"] = []byte("yes/1.wav\nno/1.wav\nyes/3.wav\nno/3.wav\nno/4.wav\n")
	writeAll(t, dir, files)
	sets := map[string]Options{
		"cifar10": {Dir: dir}, "cifar100": {Dir: dir}, "speech-commands": {Dir: dir}, "folder:" + dir + "/photographs?size=8": {},
		"mnist": {Dir: smallMNIST(t, 400)}, "fsdd": {Dir: smallFSDD(t)},
	}
	for _, name := range everywhere {
		if !strings.Contains(name, "price") && name != "toy:swissroll" {
			sets[name] = Options{}
		}
	}
	return sets
}

// Class subsets, n samples a class, stratified validation parts and corrupted labels are to be had of every
// set, and none moves a sample between the parts.
func TestOptionsOnEverySet(t *testing.T) {
	for name, opt := range smallSets(t) {
		opt.TrainPerClass = -1
		whole := mustOpen(t, name, opt)
		opt.TrainPerClass, opt.Validation, opt.LabelNoise, opt.Seed = 2, 4, 0.5, 7
		opt.Classes = []string{whole.Classes[1], whole.Classes[0]}
		set := mustOpen(t, name, opt)
		checkSet(t, set)
		if set.Train.Len() != 4 || set.Validation.Len() != 4 || !slices.Equal(set.Classes, opt.Classes) {
			t.Errorf("%s: %d training, %d validation samples, classes %q", name, set.Train.Len(), set.Validation.Len(), set.Classes)
		}
		truth := slices.Clone(TrueLabels(set.Train))
		slices.Sort(truth)
		if !slices.Equal(truth, []int32{0, 0, 1, 1}) {
			t.Errorf("%s: true labels %v", name, truth)
		}
		for i, k := range set.Train.Labels() {
			if Clean(set.Train, i) != (k == TrueLabels(set.Train)[i]) {
				t.Errorf("%s: sample %d is clean %v, label %d, true label %d", name, i, Clean(set.Train, i), k, TrueLabels(set.Train)[i])
			}
		}
		// The validation part has the classes in proportion to what it is drawn from: the official one if
		// there is one.
		of := whole.Validation.Labels()
		if !strings.HasPrefix(name, "toy:") && name != "speech-commands" {
			of = slices.Concat(of, whole.Train.Labels())
		}
		sizes := []int{0, 0}
		for _, k := range of {
			if k < 2 {
				sizes[1-k]++ // the subset has the classes the other way around
			}
		}
		counts := []int{0, 0}
		for _, k := range set.Validation.Labels() {
			counts[k]++
		}
		for c := range counts {
			if exact := 4 * float64(sizes[c]) / float64(sizes[0]+sizes[1]); float64(counts[c]) < exact-1 || float64(counts[c]) > exact+1 {
				t.Errorf("%s: %d validation samples of class %d, want about %.1f", name, counts[c], c, exact)
			}
		}
	}
}

// hasty is a split whose samples take different whiles, so that workers end out of turn.
type hasty struct{ n int }

func (h hasty) Len() int        { return h.n }
func (hasty) Size() int         { return 1 }
func (h hasty) Labels() []int32 { return nil }
func (hasty) Read(_ context.Context, i int, dst []float32) error {
	time.Sleep(time.Duration(i*7919%97) * time.Microsecond)
	dst[0] = float32(i)
	return nil
}

// The order of the samples is one function of seed, epoch and step: any number of workers,
// any number of batches ahead and any first step give the batches of one goroutine.
func TestOrderDoesNotDependOnWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Loader{
			Split:    hasty{rapid.IntRange(1, 60).Draw(t, "samples")},
			Batch:    rapid.IntRange(1, 20).Draw(t, "batch"),
			Shuffle:  rapid.Bool().Draw(t, "shuffle"),
			DropLast: rapid.Bool().Draw(t, "drop last"),
			Seed:     rapid.Uint64().Draw(t, "seed"),
			Stream:   rapid.SampledFrom([]string{"", stream.Shuffle, "partner"}).Draw(t, "stream"),
		}
		epoch := rapid.IntRange(0, 5).Draw(t, "epoch")
		from := rapid.IntRange(0, l.Steps()).Draw(t, "from")
		order := func(l Loader, from int) (index []int) {
			for b, err := range l.Epoch(context.Background(), epoch, from) {
				if err != nil {
					t.Fatal(err)
				}
				for j, i := range b.Index {
					if b.X[j] != float32(i) {
						t.Fatalf("sample %d has the values of %g", i, b.X[j])
					}
				}
				index = append(index, b.Index...)
			}
			return index
		}
		want := order(l, 0)
		want = want[min(from*l.Batch, len(want)):]
		l.Workers = rapid.IntRange(1, 8).Draw(t, "workers")
		l.Ahead = rapid.IntRange(0, 6).Draw(t, "ahead")
		if got := order(l, from); !slices.Equal(got, want) {
			t.Fatalf("%d workers give %v, one goroutine %v", l.Workers, got, want)
		}
	})
}
