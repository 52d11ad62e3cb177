package weights

import "github.com/vicinal-ml/vicinal/zoo"

// leNet counts the dense layers: fc1, fc2, fc3.
func leNet(n *zoo.Network) func(layer string) string {
	names := map[string]string{"dense1": "fc1", "dense2": "fc2", "logits": "fc2"}
	if has(n, "dense2") {
		names["logits"] = "fc3"
	}
	return func(layer string) string { return named(layer, names) }
}
