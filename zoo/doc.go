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
// Networks normalise their batches with the statistics of the batch where
// Scope.IsTraining is set for the graph (Scope.SetTraining), and with running
// statistics where it is not.
package zoo
