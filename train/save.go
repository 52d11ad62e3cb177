package train

import (
	"time"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// epochCheckpointEvery keeps the checkpoints of short epochs apart: each waits
// for the disk.
const epochCheckpointEvery = time.Second

func (u *run) saveAfterEpoch() error {
	apart := min(epochCheckpointEvery, time.Duration(u.spec.CheckpointEvery))
	if !u.done() && time.Since(u.saved) < apart {
		return nil
	}
	return u.save()
}

// save writes the best epoch, if it is not on the disk, and the state. A state
// that is not finite is not written.
func (u *run) save() error {
	u.state.Seconds = u.secondsBefore + time.Since(u.started).Seconds()
	c, err := u.checkpoint("")
	if err != nil {
		return err
	}
	if bad, value := c.notFinite(); bad >= 0 {
		return u.diverged(u.position(), "a value of variable "+c.Tensors[bad].Path, float64(value))
	}
	if u.bestUnsaved != nil {
		if err := u.bestUnsaved.write(u.folder.File(rundir.BestFile), nil); err != nil {
			return err
		}
		u.bestUnsaved = nil
	}
	if err := c.write(u.folder.File(rundir.LastFile), u.makeWay); err != nil {
		return err
	}
	if err := u.folder.Drop(u.damaged); err != nil {
		return err
	}
	u.damaged = nil
	u.saved = time.Now()
	return nil
}

// makeWay ages the last checkpoint before it is replaced. What is aged is known
// to be whole: this process has read or written it. A damaged one is replaced
// where it is, so that the whole one behind it stays.
func (u *run) makeWay() error {
	if len(u.damaged) == 0 {
		if err := u.folder.Age(u.spec.kept()); err != nil {
			return err
		}
	}
	return u.folder.Changing()
}

// holdBest keeps the variables that were evaluated in memory until the next save.
func (u *run) holdBest() error {
	c, err := u.checkpoint(u.spec.Average.scope())
	u.bestUnsaved = c
	return err
}

// checkpoint returns the state with the variables below a scope ("" for all).
func (u *run) checkpoint(scope string) (*checkpoint, error) {
	c := &checkpoint{header: u.header}
	c.State = u.state.clone()
	var err error
	if c.Metrics, err = u.metrics.Mark(); err != nil {
		return nil, err
	}
	if c.Timing, err = u.timing.Mark(); err != nil {
		return nil, err
	}
	c.Events = u.events.mark()
	c.Tensors, c.values, err = snapshot(u.store, scope)
	return c, err
}
