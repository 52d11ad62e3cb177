package train

import (
	"github.com/vicinal-ml/vicinal/internal/tfevents"
	"github.com/vicinal-ml/vicinal/measure"
)

// eventSteps is about how many steps of a run have events of their own.
const eventSteps = 2000

// events writes what TensorBoard shows. Files that cannot be written are noted
// and given up: they are for the eye, and no part of the run's outcome.
type events struct {
	writer *tfevents.Writer // nil once given up
	every  int64            // steps between those with events
	note   func(string)
}

// openEvents begins an event file for a run of total steps that goes on after
// step steps, from where the mark was taken.
func openEvents(dir string, at tfevents.Mark, step, total int64, note func(string)) *events {
	e := &events{every: max(1, (total+eventSteps-1)/eventSteps), note: note}
	writer, err := tfevents.Open(dir, at, step)
	e.writer = writer
	e.check(err)
	return e
}

// check gives up after an error.
func (e *events) check(err error) {
	if err == nil {
		return
	}
	e.note("no events for TensorBoard from here on: " + err.Error())
	e.close()
	e.writer = nil
}

// step tells the loss of a step as it was trained on.
func (e *events) step(step int64, loss, rate float64) {
	if e.writer != nil && step%e.every == 0 {
		e.check(e.writer.Scalars(step, tfevents.Scalar{Tag: "step/loss", Value: loss}, tfevents.Scalar{Tag: "step/learning_rate", Value: rate}))
	}
}

// epoch tells what an epoch's line of metrics.jsonl does, and how many samples
// a second were trained on; 0 is not known.
func (e *events) epoch(m *Metric, perSecond float64) {
	if e.writer == nil {
		return
	}
	var all []tfevents.Scalar
	for _, s := range []struct {
		tag   string
		value *float64
	}{
		{"train/loss", m.Loss}, {"train/loss_mixed", m.LossMixed}, {"train/loss_clean", m.LossClean},
		{"train/accuracy_mixed", m.AccMixed}, {"train/accuracy_clean", m.AccClean},
		{"train/learning_rate", &m.LearningRate}, {"train/mixed_share", &m.Mixed},
	} {
		if s.value != nil {
			all = append(all, tfevents.Scalar{Tag: s.tag, Value: *s.value})
		}
	}
	for _, v := range m.Values {
		part, name := measure.PartOf(v.Key)
		all = append(all, tfevents.Scalar{Tag: string(part) + "/" + name, Value: v.Value})
	}
	if perSecond > 0 {
		all = append(all, tfevents.Scalar{Tag: "speed/samples_per_second", Value: perSecond})
	}
	e.check(e.writer.Scalars(m.Step, all...))
}

// mark returns where the events end.
func (e *events) mark() (at tfevents.Mark) {
	if e.writer != nil {
		var err error
		at, err = e.writer.Mark()
		e.check(err)
	}
	return at
}

func (e *events) close() {
	if e.writer != nil {
		_ = e.writer.Close() // what is lost is for the eye
	}
}
