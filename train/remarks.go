package train

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/mix"
)

// Remarks are lines for people about settings that are allowed and may not do
// what they seem to. The spec resolves.
func (s Spec) Remarks() []string {
	if s.StopAfter == 0 {
		return nil
	}
	var early []string
	if s.Optimizer.Schedule != ScheduleConstant {
		early = append(early, "the learning rate's schedule "+s.Optimizer.Schedule)
	}
	if method, err := mix.Parse(s.Method, s.Epochs); err == nil && mix.UsesEpochs(method) {
		early = append(early, "the end of "+s.Method)
	}
	if s.Average.Lookahead || s.Average.Ramp > 0 {
		early = append(early, "the average of the weights")
	}
	if len(early) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("stop_after may end a run before its schedules do, which are laid out for all %d epochs: %s", s.Epochs, strings.Join(early, ", "))}
}
