package train

import (
	"context"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/zoo"
)

// TestOwnRefused: what a program brings in place of a name must fit the data,
// and settings that it would leave unheard are refused.
func TestOwnRefused(t *testing.T) {
	set := taskSet(t, data.Classification)
	own, err := task.New("", &set.Info, task.Options{})
	if err != nil {
		t.Fatal(err)
	}
	network := func(shape []int, classes int) *zoo.Network {
		n, err := zoo.New("mlp:4", shape, classes)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, c := range map[string]struct {
		change func(r *Runner)
		want   string
	}{
		"another shape":   {func(r *Runner) { r.Network = network([]int{7}, 3) }, "takes samples of shape [7], and those of the data are [6 6 1]"},
		"other classes":   {func(r *Runner) { r.Network = network(set.Shape, 5) }, "computes class logits, 5 of them"},
		"label smoothing": {func(r *Runner) { r.Task, r.Spec.LabelSmoothing = own, 0.1 }, "label_smoothing is for tasks by name"},
		"class weights":   {func(r *Runner) { r.Task, r.Spec.ClassWeights = own, "balanced" }, "class_weights is for tasks by name"},
	} {
		r := Runner{Backend: backendFor(t), Set: set, Spec: taskRuns()[0].spec(), Dir: t.TempDir()}
		c.change(&r)
		if _, err := r.Run(context.Background()); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
