package augment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// None is the spec of the pipeline that changes nothing.
const None = "none"

// Parse reads a pipeline: operations with their arguments, separated by
// commas, such as "rrc:0.08-1,flip,jitter:0.4,lighting:0.1". "" and "none" are
// the pipeline that changes nothing.
func Parse(spec string) (*Pipeline, error) {
	var ops []Op
	for name, a := range operations(spec) {
		op, known := parse(name, a)
		if !known {
			return nil, unknown(name, a, imageNames(), soundNames(), "images")
		}
		if err := a.finish(); err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return NewPipeline(ops...), nil
}

// Canonical returns a spec, of images or of sounds, in its canonical form:
// arguments written out, numbers short, "none" for nothing.
func Canonical(spec string) (string, error) {
	canonical := ""
	if Sounds(spec) {
		p, err := ParseSound(spec)
		if err != nil {
			return "", err
		}
		canonical = p.String()
	} else {
		p, err := Parse(spec)
		if err != nil {
			return "", err
		}
		canonical = p.String()
	}
	if canonical == "" {
		return None, nil
	}
	return canonical, nil
}

// Sounds reports whether a spec is one of sounds: its first operation is.
func Sounds(spec string) bool {
	for name := range operations(spec) {
		return slices.Contains(soundNames(), name)
	}
	return false
}

// Help returns one line for each operation that Parse knows.
func Help() []string {
	return []string{
		"crop:PAD[:reflect]       pad each side with black pixels, or with the image mirrored, and crop a random part of the old size",
		"rrc[:MIN-MAX]            crop a random part of MIN to MAX (0.08-1) of the area and resize it to the size of a sample",
		"random-crop:SIDE         crop a random square",
		"center-crop:SIDE[:SHORT] resize the shorter side to SHORT, crop the central square",
		"resize:SIDE              resize to a square, or with HxW to H rows and W columns",
		"flip[:alternate]         mirror left and right with probability 1/2, or each image in every other epoch",
		"jitter:AMOUNT            change brightness, contrast and saturation",
		"lighting:AMOUNT          add a colour along ImageNet's principal components",
		"erase:P                  fill a random rectangle with noise with probability P",
	}
}

// Names returns the names of the operations that Parse and ParseSound know.
func Names() []string { return slices.Concat(imageNames(), soundNames()) }

func imageNames() []string {
	return []string{"crop", "rrc", "random-crop", "center-crop", "resize", "flip", "jitter", "lighting", "erase"}
}

func parse(name string, a *arguments) (op Op, known bool) {
	switch name {
	case "crop":
		return PadCrop{a.whole(1), a.word("reflect")}, true
	case "rrc":
		low, high := a.span(0.08, 1)
		h, w := a.sides(0)
		return ResizedCrop{h, w, low, high}, true
	case "random-crop":
		return RandomCrop{a.whole(1)}, true
	case "center-crop":
		return CenterCrop{a.whole(1), a.whole(0)}, true
	case "resize":
		h, w := a.sides(1)
		return Resize{h, w}, true
	case "flip":
		if a.word("alternate") {
			return AlternatingFlip{}, true
		}
		return Flip{}, true
	case "jitter":
		return Jitter{a.real(math.NaN(), 1)}, true
	case "lighting":
		return Lighting{a.real(math.NaN(), 10)}, true
	case "erase":
		return Erase{a.real(math.NaN(), 1)}, true
	}
	return nil, false
}

// unknown is the error for an operation that is none of the known ones. Those
// of the other kind are known too, but of no use here.
func unknown(name string, a *arguments, known, others []string, kind string) error {
	if slices.Contains(others, name) {
		return fmt.Errorf("augmentation %q is not one of %s: those are %s", a.text, kind, strings.Join(known, ", "))
	}
	return fmt.Errorf("augmentation %q: unknown%s; known are %s", a.text, nearest.Hint(name, Names()), strings.Join(Names(), ", "))
}
