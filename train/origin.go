package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// Origin is what decides the result of a run beside its spec. ARCHITECTURE.md
// has the table of what is refused and what is told.
type Origin struct {
	Data     data.Fingerprint `json:"data"`
	Init     string           `json:"init,omitempty"`     // sum of the file of initial weights
	Revision int              `json:"revision,omitempty"` // of the program's arithmetic, see [Revision]
	Versions Versions         `json:"versions"`
}

// CurrentOrigin returns that of a run of spec which would begin now. Without a
// backend (nil) nothing is said of what computes.
func CurrentOrigin(ctx context.Context, backend compute.Backend, set *data.Set, spec Spec) (Origin, error) {
	return originOf(ctx, backend, set, spec, data.Fingerprint{})
}

// originOf is CurrentOrigin where the fingerprint may be known.
func originOf(ctx context.Context, backend compute.Backend, set *data.Set, spec Spec, known data.Fingerprint) (o Origin, err error) {
	o.Data = known
	if !known.Known() {
		if o.Data, err = set.Fingerprint(ctx); err != nil {
			return o, err
		}
	}
	if o.Init, err = fileSum(spec.Init); err != nil {
		return o, err
	}
	o.Revision = Revision(spec)
	o.Versions, err = CurrentVersions(backend, set)
	return o, err
}

// ReadOrigin returns the origin of the run in a folder: of its result, or of
// its newest checkpoint, whose sum is not verified. It is nil where neither is
// there, and for a run that diverged before its first checkpoint, of which
// only the data is known, it says that alone.
func ReadOrigin(dir string) (*Origin, error) {
	result, err := ReadResult(dir)
	if err == nil {
		o := result.Origin()
		return &o, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f := rundir.At(dir)
	for _, name := range f.Checkpoints() {
		// One that is damaged is told where the run goes on from it.
		if c, err := openUnverified(f.File(name)); err == nil {
			defer c.close()
			o := c.origin()
			return &o, nil
		}
	}
	metrics, err := ReadMetrics(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if n := len(metrics); n > 0 && metrics[n-1].Data != nil {
		return &Origin{Data: *metrics[n-1].Data}, nil
	}
	return nil, nil
}

// Origin is what the run was made from.
func (r *Result) Origin() Origin { return Origin{r.Data, r.Init, r.Revision, r.Versions} }
func (h *header) origin() Origin { return Origin{h.Data, h.Init, h.Revision, h.Versions} }

// Against says why a run of spec with the origin o and one with the origin here
// are not made from the same, "" where they are as far as both say. It goes on
// after "made".
func (o Origin) Against(here Origin, spec Spec) string {
	was, is := o.Versions.JPEG, here.Versions.JPEG
	switch {
	case !o.Data.SameSource(here.Data):
		return fmt.Sprintf("from other data than %s holds now", spec.Data)
	case o.Data.Same(here.Data):
	case was != is && was != "" && is != "":
		return fmt.Sprintf("from JPEG files decoded by %s, which %s decodes otherwise here (%s chooses)", was, is, data.JPEGVariable)
	case o.Data.Source != "" && here.Data.Source != "":
		return fmt.Sprintf("from the data %s, but drawn, decoded or normalised otherwise than here", spec.Data)
	default:
		return fmt.Sprintf("from other data than %s holds now", spec.Data)
	}
	switch {
	case o.Versions == Versions{} || here.Versions == Versions{}:
		return "" // of one of them only the data is known
	case o.Init != here.Init && o.Init != "" && here.Init != "":
		return fmt.Sprintf("from other initial weights than %s holds now", spec.Init)
	case o.Revision != here.Revision:
		return revisionBetween(o.Revision, here.Revision)
	}
	return ""
}
