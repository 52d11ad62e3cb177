// Package zoo holds the networks, each by its name: what it is called, where
// it comes from, how many parameters it has, what one sample costs, and the
// graph that computes its logits.
//
//	net, err := zoo.New("cnn:width=16", []int{8, 8, 1}, 10)
//	...
//	err = net.Initialize(store.RootScope(), 1, dtypes.Float32)
//	...
//	exec, err := model.NewExec(backend, store, net.Logits)
//
// Images are channels last: a batch is [N H W C]. A batch of any other samples
// is [N F]; image networks refuse those, the multi-layer perceptron flattens
// images.
//
// A network is declared once, layer by layer. The parameter count, the cost,
// the initial values and the graph all come from that one declaration.
//
// A network whose initial values depend on the data (Network.PrepareSamples is
// not 0) is given training samples after Initialize, by Network.Prepare.
//
// Kernels begin with normal draws of He et al. (2015), variance 2 over the
// inputs of a filter; the last layer with variance 1 over its inputs (LeCun et
// al., 1998), for no ReLU follows; biases and offsets with 0, scales with 1.
// The network airbench begins as its paper does.
//
// Most networks compute class logits. Network.Output says what: U-Net computes
// logits of every pixel, a generator samples.
//
// Dropout draws from no generator with a state of its own. The training graph
// takes Network.DropoutStates, a pure function of seed, epoch and step, as an
// input and hands it to Network.SetDropoutStates; where the network has no
// Network.Dropouts, and in inference, nothing is needed.
//
// Networks normalise their batches with the statistics of the batch where
// Scope.IsTraining is set for the graph (Scope.SetTraining), and with running
// statistics where it is not.
package zoo
