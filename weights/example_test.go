package weights_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

func Example() {
	network, err := zoo.New("mlp:3", []int{2}, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "weights")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "mlp.safetensors")
	values := map[string][]float32{
		"hidden1/kernel": {1, 2, 3, 4, 5, 6}, // [2 3]; hidden1.weight [3 2] in the file
		"hidden1/bias":   {0, 0, 0},
		"logits/kernel":  {1, 0, 0, 1, 1, 1}, // [3 2]
		"logits/bias":    {0, 0},
	}
	if err := weights.WriteFile(path, network, values, nil); err != nil {
		fmt.Println(err)
		return
	}
	read, err := weights.ReadFile(path, network, weights.Options{})
	fmt.Println(read["hidden1/kernel"], err)
	// Output: [1 2 3 4 5 6] <nil>
}
