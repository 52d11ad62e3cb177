//go:build long && linux

package cli

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// Training on 10,000 photographs, 2.3 GB decoded, under GOMEMLIMIT=128MiB takes no more than 256 MiB at
// its peak, the program and the network included.
func TestTrainingPhotosMemory(t *testing.T) {
	const images, limitMiB = 10_000, 256
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 0))
	for class := range 10 {
		img := image.NewRGBA(image.Rect(0, 0, 320, 240))
		for p := range img.Pix {
			img.Pix[p] = uint8(p/(class+3)) + uint8(random.Uint32()&15)
		}
		var file bytes.Buffer
		if err := jpeg.Encode(&file, img, nil); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"train", "test"} {
			folder := filepath.Join(dir, "photographs", part, strconv.Itoa(class))
			if err := os.MkdirAll(folder, 0o777); err != nil {
				t.Fatal(err)
			}
			first := filepath.Join(folder, "0.jpg")
			if err := os.WriteFile(first, file.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
			for i := 10 + class; i < images && part == "train"; i += 10 {
				if err := os.Link(first, filepath.Join(folder, fmt.Sprintf("%d.jpg", i))); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	program := filepath.Join(dir, "vicinal")
	if out, err := exec.Command("go", "build", "-o", program, "../..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(program, "train", "--data", "folder:"+filepath.Join(dir, "photographs")+"?size=64", "--epochs", "1",
		"--model", "mlp:4", "--batch", "32", "--workers", "2", "--backend", "go", "--out", filepath.Join(dir, "run"))
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=128MiB")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte("of 9,000 samples")) {
		t.Errorf("not all images were read:\n%s", out)
	}
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	t.Logf("peak of resident memory: %d MiB", peak)
	if peak > limitMiB {
		t.Errorf("peak of resident memory is %d MiB, more than %d", peak, limitMiB)
	}
}
