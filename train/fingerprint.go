package train

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/data"
)

// fingerprintSamples is how many samples of a split are looked at.
const fingerprintSamples = 16

// fingerprint identifies a data set: its shape and classes, and of each split
// all labels and some samples.
func fingerprint(ctx context.Context, set *data.Set) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%v %q\n", set.Shape, set.Classes)
	sample := make([]float32, sizeOf(set.Shape))
	var word [4]byte
	for _, split := range []data.Split{set.Train, set.Validation, set.Test} {
		fmt.Fprintf(sum, "%d\n", split.Len())
		for _, label := range split.Labels() {
			binary.LittleEndian.PutUint32(word[:], uint32(label))
			sum.Write(word[:])
		}
		looks := min(fingerprintSamples, split.Len())
		for k := range looks {
			i := k * split.Len() / looks
			if err := split.Read(ctx, i, sample); err != nil {
				return "", fmt.Errorf("reading sample %d: %w", i, err)
			}
			for _, v := range sample {
				binary.LittleEndian.PutUint32(word[:], math.Float32bits(v))
				sum.Write(word[:])
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}
