package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// dryRun says what a study would do: its resolved spec, the sizes and the time. forecasting estimates them; there says
// what the folder out holds already. It leaves nothing behind.
func dryRun(f *Factory, spec study.Spec, text []byte, forecasting func() (*study.Forecast, error), out, there string, json bool) error {
	forecast, err := forecasting()
	if errors.Is(err, train.ErrInterrupted) {
		return &InterruptedError{errors.New("interrupted; a dry run saves nothing")}
	}
	if err != nil {
		return trainingError(err, out)
	}
	if json {
		return writeJSON(f.IO, struct {
			Dir      string          `json:"dir"`
			Forecast *study.Forecast `json:"forecast"`
		}{out, forecast})
	}
	t := f.IO
	t.Printf("%s\n", strings.TrimRight(string(text), "\n"))
	t.Printf("\n%s\n", t.Bold("dry run: nothing is trained or written"))
	line := func(name, format string, args ...any) {
		t.Printf("  %-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("data", "%s: %s training, %s validation, %s test samples of shape %v, %d classes", spec.Data, humanize.Thousands(int64(forecast.TrainSamples)),
		humanize.Thousands(int64(forecast.ValidationSamples)), humanize.Thousands(int64(forecast.TestSamples)), forecast.Shape, forecast.Classes)
	if forecast.Taken != nil {
		line("files", "%s", clean(forecast.Taken.String()))
		if text := forecast.Taken.LeftOutText(); text != "" {
			line("left out", "%s", clean(text))
		}
	}
	line("augment", "%s", spec.Augment)
	if len(forecast.ClassWeights) > 0 {
		line("weights", "of the classes in the training loss: %s", weightsText(forecast.ClassWeights))
	}
	line("workers", "%d a run, reading samples ahead", forecast.Workers)
	line("network", "%s: %s parameters", spec.Model, humanize.Thousands(int64(forecast.Params)))
	done := ""
	if forecast.Done > 0 {
		done = fmt.Sprintf(", %d of them finished already", forecast.Done)
	}
	steps := humanize.Thousands(forecast.StepsPerRun)
	if spec.StopAfter > 0 {
		steps = "at most " + steps
	}
	if stop := spec.Stop; stop.On() {
		line("looks", "%s", looksWords(stop))
	}
	line("runs", "%s%d of %s steps%s, %d at once", most(spec), forecast.Runs, steps, done, forecast.Spec.Jobs)
	line("computation", "%sFLOP a step, %sFLOP in all", humanize.SI(forecast.FLOPsPerStep), humanize.SI(forecast.FLOPs))
	if forecast.Seconds > 0 {
		line("time", "%sabout %s at %.2g ms a step, as measured here and now", most(spec), humanize.Seconds(forecast.Seconds), 1000*forecast.StepSeconds)
	}
	line("folder", "%s%s", out, there)
	for _, remark := range remarks(spec) {
		line("note", "%s", remark)
	}
	return nil
}

// remarks are those of the runs of a study, each once.
func remarks(spec study.Spec) []string {
	var all []string
	for _, method := range spec.Methods {
		for _, remark := range spec.Run(method, spec.Seeds[0]).Remarks() {
			if !slices.Contains(all, remark) {
				all = append(all, remark)
			}
		}
	}
	return all
}

// weightsText lists the weights of the first classes.
func weightsText(weights []float64) string {
	parts := make([]string, len(weights))
	for i, w := range weights {
		parts[i] = strconv.FormatFloat(w, 'g', 4, 64)
	}
	return humanize.Few(parts, 20)
}
