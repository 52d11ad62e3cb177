package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/train"
)

// optimizer is a line about how weights follow their gradients.
func optimizer(o train.Optimizer) string {
	parts := []string{fmt.Sprintf("%s, learning rate %g%s", o.Name, o.LearningRate, schedule(o))}
	if o.WarmupEpochs > 0 {
		parts = append(parts, humanize.Count(o.WarmupEpochs, "epoch")+" of warm-up")
	}
	if o.Momentum > 0 {
		text := fmt.Sprintf("momentum %g", o.Momentum)
		if o.Nesterov {
			text += " (Nesterov)"
		}
		parts = append(parts, text)
	}
	decay := fmt.Sprintf("weight decay %g", o.WeightDecay)
	if o.DecayKernelsOnly {
		decay += " of kernels only"
	}
	parts = append(parts, decay)
	if o.NormBiasFactor != 0 {
		parts = append(parts, fmt.Sprintf("offsets of normalisation %g times as fast", o.NormBiasFactor))
	}
	if o.ClipNorm > 0 {
		parts = append(parts, fmt.Sprintf("gradients clipped to a norm of %g", o.ClipNorm))
	}
	return strings.Join(parts, ", ")
}

// frozen is a line about parameters that are not trained to the end.
func frozen(list []train.Freeze) string {
	parts := make([]string, len(list))
	for i, f := range list {
		parts[i] = fmt.Sprintf("%s after %s", f.Parameters, humanize.Count(f.After, "epoch"))
	}
	return strings.Join(parts, ", ")
}

// schedule is how the learning rate goes through the run, in brackets.
func schedule(o train.Optimizer) string {
	switch o.Schedule {
	case "":
		return ""
	case train.ScheduleStep:
		drops := make([]string, len(o.Drops))
		for i, d := range o.Drops {
			drops[i] = strconv.Itoa(d)
		}
		return fmt.Sprintf(" (times %g after epochs %s)", o.DropFactor, strings.Join(drops, ", "))
	case train.ScheduleOneCycle:
		return fmt.Sprintf(" (one-cycle, %s: times %.3g at the start, reached after %s, times %.3g at the end)", o.Anneal, o.StartFactor, percent(o.PeakAt), o.FinalFactor)
	case train.ScheduleLinear:
		points := make([]string, len(o.Points))
		for i, p := range o.Points {
			points[i] = fmt.Sprintf("times %g at %s", p[1], percent(p[0]))
		}
		return " (linear: " + strings.Join(points, ", ") + ")"
	}
	return " (" + o.Schedule + ")"
}

// average is a line about the average of the weights.
func average(a train.Average) string {
	text := fmt.Sprintf("of the weights, decay %g, moved %s", a.Decay, map[bool]string{true: "every step", false: fmt.Sprintf("every %d steps", a.Every)}[a.Every == 1])
	if a.Ramp > 0 {
		text += fmt.Sprintf(", the decay rising with the power %g of the run", a.Ramp)
	}
	if a.Lookahead {
		return text + "; training goes on from it (lookahead)"
	}
	return text + "; what is evaluated"
}
