package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
)

// pictures is a split in memory of pictures [6 6 1] for any kind of data.
type pictures struct {
	memory
	targets []float32
	pixels  []int32 // of all samples
}

func (p pictures) Targets() []float32 { return p.targets }

// segmented are pictures whose pixels have labels.
type segmented struct{ pictures }

func (s segmented) Labels() []int32 { return nil }
func (s segmented) Pixels() int     { return side * side }
func (s segmented) ReadPixels(_ context.Context, i int, dst []int32) error {
	copy(dst, s.pixels[i*side*side:])
	return nil
}

// targeted are pictures with targets in place of labels.
type targeted struct{ pictures }

func (t targeted) Labels() []int32 { return nil }

const side = 6

// taskSet draws a small set of the kind: pictures of a bright blob on noise,
// whose place decides the class, the targets and the classes of the pixels.
func taskSet(t testing.TB, kind data.Task) *data.Set {
	t.Helper()
	set := &data.Set{Info: data.Info{Name: "blobs", Task: kind, Shape: []int{side, side, 1}}}
	switch kind {
	case data.Classification, data.Segmentation:
		set.Classes = []string{"upper", "lower", "rest"}
	case data.MultiLabel:
		set.Targets = []string{"left", "upper"}
	case data.Regression:
		set.Targets, set.TargetMean, set.TargetStd = []string{"row", "column"}, []float64{250, -2.5}, []float64{170, 1.7}
	default:
		t.Fatalf("there is no set of kind %s", kind)
	}
	random := rand.New(rand.NewPCG(7, uint64(kind)))
	draw := func(n int) data.Split {
		var p pictures
		for range n {
			row, column := random.IntN(side), random.IntN(side)
			p.labels = append(p.labels, int32(row*3/side))
			for i := range side * side {
				y, x := i/side, i%side
				near := max(max(y-row, row-y), max(x-column, column-x)) <= 1
				value, label := 0.3*random.NormFloat64(), int32(2)
				if near {
					value++
					label = int32(row * 2 / side)
				}
				if random.IntN(9) == 0 {
					label = data.Void
				}
				p.x, p.pixels = append(p.x, float32(value)), append(p.pixels, label)
			}
			if kind == data.MultiLabel {
				p.targets = append(p.targets, float32(1-column*2/side), float32(1-row*2/side))
			} else {
				p.targets = append(p.targets, float32(100*row), float32(-column))
			}
		}
		switch kind {
		case data.Segmentation:
			p.targets = nil
			return segmented{p}
		case data.Classification:
			return p.memory
		}
		return targeted{p}
	}
	set.Train, set.Validation, set.Test = draw(24), draw(15), draw(21)
	return set
}

// primaryOf computes the primary measure of the tasks for a kind of data from
// what was predicted of a split of taskSet.
func primaryOf(t testing.TB, set *data.Set, split data.Split, predicted []float32) float64 {
	t.Helper()
	width := len(predicted) / split.Len()
	most := func(row []float32) int32 {
		best := 0
		for i, p := range row {
			if p > row[best] {
				best = i
			}
		}
		return int32(best)
	}
	switch set.Task {
	case data.Classification:
		wrong := 0.0
		for i, label := range split.Labels() {
			if most(predicted[i*width:][:width]) != label {
				wrong++
			}
		}
		return 100 * wrong / float64(split.Len())
	case data.MultiLabel:
		wrong := 0.0
		for i := range split.Len() {
			for k := range width {
				if (predicted[i*width+k] > 0.5) != (data.Targets(split)[i*width+k] == 1) {
					wrong++
					break
				}
			}
		}
		return 100 * wrong / float64(split.Len())
	case data.Regression:
		sum := 0.0
		for i, p := range predicted {
			e := float64(p-data.Targets(split)[i]) / set.TargetStd[i%width]
			sum += e * e
		}
		return math.Sqrt(sum / float64(len(predicted)))
	case data.Segmentation:
		classes := len(set.Classes)
		both, either := make([]float64, classes), make([]float64, classes)
		for i, label := range split.(segmented).pixels {
			if label == data.Void {
				continue
			}
			guess := most(predicted[i*classes:][:classes])
			if guess == label {
				both[label]++
				either[label]++
			} else {
				either[label]++
				either[guess]++
			}
		}
		sum, there := 0.0, 0.0
		for c := range classes {
			if either[c] > 0 {
				sum += 100 * both[c] / either[c]
				there++
			}
		}
		return sum / there
	}
	panic(fmt.Sprintf("no measure of %s", set.Task))
}
