package report

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// facts are what was run, in the order of the page.
func facts(res *study.Results, source study.Source) []fact {
	s := res.Spec
	set := s.Data
	if source.Title != "" {
		set += ": " + source.Title
	}
	list := []fact{{"Data", set}}
	if n := res.Sizes; n.Params > 0 {
		list = append(list, fact{"Samples", fmt.Sprintf("%s to train on, %s to validate, %s to test",
			humanize.Thousands(int64(n.TrainSamples)), humanize.Thousands(int64(n.ValidationSamples)), humanize.Thousands(int64(n.TestSamples)))})
	}
	if res.Taken != nil {
		list = append(list, fact{"Files", res.Taken.String()})
		if text := res.Taken.LeftOutText(); text != "" {
			list = append(list, fact{"Left out", text})
		}
	}
	if len(s.Classes) > 0 {
		list = append(list, fact{"Classes", "only " + strings.Join(s.Classes, ", ")})
	}
	if s.Augmented() {
		list = append(list, fact{"Augmentation", s.Augment})
	}
	if s.LabelNoise > 0 {
		list = append(list, fact{"Label noise", percent(s.LabelNoise) + " of the training labels are random"})
	}
	list = append(list, fact{"Network", s.Model})
	for i, method := range s.Methods {
		name := "Method"
		if i == 0 && len(s.Methods) > 1 {
			name = "Base method"
		}
		list = append(list, fact{name, method})
	}
	list = append(list,
		fact{"Seeds", seedNumbers(res.Seeds())},
		fact{"Training", training(s.Spec)},
		fact{"Optimiser", optimizer(s.Optimizer)})
	if s.Average.Decay > 0 {
		list = append(list, fact{"Average", average(s.Average)})
	}
	if s.LabelSmoothing > 0 {
		list = append(list, fact{"Label smoothing", percent(s.LabelSmoothing) + " of every training target is spread over all classes"})
	}
	if s.ClassWeights != "" {
		list = append(list, fact{"Class weights", "in the training loss: " + s.ClassWeights})
	}
	if len(s.Freeze) > 0 {
		list = append(list, fact{"Frozen", frozen(s.Freeze)})
	}
	if s.EvalFlip {
		list = append(list, fact{"Evaluation", "with the mean of the logits of each image and its mirror image"})
	}
	if finished := res.Count(study.Finished); finished > 0 {
		list = append(list,
			fact{"Time", fmt.Sprintf("%s a run, %s for all %d if one follows another", humanize.Seconds(res.Seconds()/float64(finished)), humanize.Seconds(res.Seconds()), finished)},
			fact{"Operations", fmt.Sprintf("%sFLOP a run, %sFLOP for all", humanize.SI(res.FLOPs()/float64(finished)), humanize.SI(res.FLOPs()))})
	}
	for _, m := range res.Machines {
		text := fmt.Sprintf("%s, %d cores", m.CPU, m.Cores)
		if m.Memory > 0 {
			text += fmt.Sprintf(", %s GiB", number(m.Memory, 1))
		}
		list = append(list, fact{"Machine", text + ", " + m.System})
	}
	for _, v := range res.Versions {
		text := fmt.Sprintf("vicinal %s, %s, GoMLX %s, compute %s, backend %s", v.Program, v.Go, v.GoMLX, v.Compute, v.Backend)
		if v.Vectors != "" {
			text += ", vectors " + v.Vectors
		}
		if v.JPEG != "" {
			text += ", JPEG files decoded by " + v.JPEG
		}
		list = append(list, fact{"Versions", text})
	}
	return list
}

// training says how long the network was trained, and on what.
func training(s train.Spec) string {
	text := humanize.Count(s.Epochs, "epoch") + ", " + humanize.Count(s.Batch, "sample") + " a step"
	if s.DropLast {
		text += ", without a last step of fewer"
	}
	if s.StopAfter > 0 {
		text += fmt.Sprintf("; a run ends early after %s without a better validation error", humanize.Count(s.StopAfter, "evaluation"))
	}
	return text
}
