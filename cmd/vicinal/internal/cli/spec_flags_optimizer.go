package cli

import "github.com/vicinal-ml/vicinal/train"

// optimizer defines the flags that say how weights follow their gradients.
func (d settingFlags) optimizer() {
	d.text("optimizer", func(s *train.Spec) *string { return &s.Optimizer.Name }, "sgd, adam or adamw")
	d.number("lr", func(s *train.Spec) *float64 { return &s.Optimizer.LearningRate }, "learning rate, of the mean loss of a batch; 0 is the optimizer's default")
	d.number("momentum", func(s *train.Spec) *float64 { return &s.Optimizer.Momentum }, "momentum of sgd")
	d.toggle("nesterov", func(s *train.Spec) *bool { return &s.Optimizer.Nesterov }, "Nesterov's form of the momentum")
	d.number("weight-decay", func(s *train.Spec) *float64 { return &s.Optimizer.WeightDecay }, "coefficient of the L2 penalty")
	d.toggle("decay-kernels-only", func(s *train.Spec) *bool { return &s.Optimizer.DecayKernelsOnly }, "leave biases and normalisation out of the weight decay")
	d.number("norm-bias-factor", func(s *train.Spec) *float64 { return &s.Optimizer.NormBiasFactor }, "multiplies the learning rate of the offsets of normalisation; 0 is 1")
	d.number("clip-norm", func(s *train.Spec) *float64 { return &s.Optimizer.ClipNorm }, "largest norm of all gradients together; 0 is any")
	d.number("label-smoothing", func(s *train.Spec) *float64 { return &s.LabelSmoothing }, "share of every training target that is spread over all classes, in [0, 1)")
	d.text("class-weights", func(s *train.Spec) *string { return &s.ClassWeights }, "weights of the classes in the training loss: balanced, or a number for each with commas between; by default all alike")
	frozen := setting(d.spec, "freeze", func(s *train.Spec) *[]train.Freeze { return &s.Freeze })
	d.flags.Var((*freezes)(frozen), "freeze", "parameters that are not trained after so many epochs, such as whiten/bias:3 or stage1:0, by their paths or layers with * for any part")
	d.text("precision", func(s *train.Spec) *string { return &s.Precision }, "f32, or mixed (also called bf16): convolutions and matrix products in bfloat16 where that is faster, all else in float32; by default f32")
	d.schedule()
}

// schedule defines the flags of the learning rate's way through the run.
func (d settingFlags) schedule() {
	d.text("schedule", func(s *train.Spec) *string { return &s.Optimizer.Schedule }, "of the learning rate: constant, step, cosine, one-cycle or linear")
	drops := setting(d.spec, "drops", func(s *train.Spec) *[]int { return &s.Optimizer.Drops })
	d.flags.IntSliceVar(drops, "drops", *drops, "schedule step: the `epochs` after which the learning rate falls to a tenth")
	d.count("warmup-epochs", func(s *train.Spec) *int { return &s.Optimizer.WarmupEpochs }, "epochs in which the learning rate rises to its value")
	d.number("peak-at", func(s *train.Spec) *float64 { return &s.Optimizer.PeakAt }, "schedule one-cycle: share of the run until the learning rate is reached; 0 is 0.3")
	d.number("start-factor", func(s *train.Spec) *float64 { return &s.Optimizer.StartFactor }, "schedule one-cycle: of the learning rate at the first step; 0 is 1/25")
	d.number("final-factor", func(s *train.Spec) *float64 { return &s.Optimizer.FinalFactor }, "schedule one-cycle: of the learning rate at the last step; 0 is the start factor / 10,000")
	d.text("anneal", func(s *train.Spec) *string { return &s.Optimizer.Anneal }, "schedule one-cycle: cosine or linear; by default cosine")
	corners := setting(d.spec, "lr-points", func(s *train.Spec) *[]train.Point { return &s.Optimizer.Points })
	d.flags.Var((*points)(corners), "lr-points", "schedule linear: its corners, such as 0:0.2,0.23:1,1:0.07, each the share of the run and the factor of the learning rate")
}

// average defines the flags of the average of the weights.
func (d settingFlags) average() {
	d.number("ema", func(s *train.Spec) *float64 { return &s.Average.Decay }, "decay of an exponential moving average of the weights, which then is evaluated, such as 0.999; 0 is none")
	d.count("ema-every", func(s *train.Spec) *int { return &s.Average.Every }, "steps between its updates; 0 is 1")
	d.number("ema-ramp", func(s *train.Spec) *float64 { return &s.Average.Ramp }, "its decay grows with this power of the share of the run that is done; 0 is not so")
	d.toggle("lookahead", func(s *train.Spec) *bool { return &s.Average.Lookahead }, "training goes on from the average at each of its updates")
}
