package data

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// wave returns a WAVE file of n samples of one channel, a ramp.
func wave(rate, n int) []byte {
	le := binary.LittleEndian
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(2*rate))
	b = append(b, "\x02\x00\x10\x00data"...)
	b = le.AppendUint32(b, uint32(2*n))
	for i := range n {
		b = le.AppendUint16(b, uint16(7*i))
	}
	return b
}

func smallFSDD(t testing.TB) string {
	dir := t.TempDir()
	files := map[string][]byte{"recordings/README": nil}
	for digit := range 10 {
		for n := range 10 {
			files[fmt.Sprintf("recordings/%d_jackson_%d.wav", digit, n)] = wave(8000, 2000+10*n)
		}
	}
	writeAll(t, dir, files)
	return dir
}

func TestFSDDSplit(t *testing.T) {
	set := mustOpen(t, "fsdd", Options{Dir: smallFSDD(t)})
	checkSet(t, set)
	if set.Train.Len() != 45 || set.Validation.Len() != 5 || set.Test.Len() != 50 || !slices.Equal(set.Shape, []int{80, 101, 1}) {
		t.Errorf("%d, %d, %d samples of shape %v", set.Train.Len(), set.Validation.Len(), set.Test.Len(), set.Shape)
	}
	var s augment.Sound
	if err := set.Test.(Sounds).ReadSound(t.Context(), 3, &s); err != nil || s.Rate != 8000 || len(s.Samples) != 2030 || s.Samples[1] != 7./32768 {
		t.Errorf("sound of %d samples at %d, %v", len(s.Samples), s.Rate, err)
	}
}

func TestFSDD(t *testing.T) {
	dir := untar(t, realData(t, "fsdd/recordings.tar"))
	set := mustOpen(t, "fsdd", Options{Dir: dir})
	checkSet(t, set)
	if set.Train.Len() != 2430 || set.Validation.Len() != 270 || set.Test.Len() != 300 {
		t.Errorf("%d, %d, %d samples", set.Train.Len(), set.Validation.Len(), set.Test.Len())
	}
}

func TestSoundAugmentation(t *testing.T) {
	set := mustOpen(t, "fsdd", Options{Dir: smallFSDD(t)})
	p, err := augment.ParseSound("shift:0.1,volume:6")
	if err != nil {
		t.Fatal(err)
	}
	none, err := augment.ParseSound("")
	if err != nil {
		t.Fatal(err)
	}
	plain := walk(t, &Loader{Split: set.Train, Batch: 7}, 0, 0)
	same := walk(t, &Loader{Split: set.Train, Batch: 7, AugmentSound: none}, 0, 0)
	l := &Loader{Split: set.Train, Batch: 7, AugmentSound: p}
	a, b := walk(t, l, 0, 0), walk(t, l, 1, 0)
	l.Workers = 3
	parallel := walk(t, l, 0, 0)
	for i := range plain {
		if !slices.Equal(plain[i].X, same[i].X) {
			t.Errorf("batch %d: augmentation by nothing changes the values", i)
		}
		if !slices.Equal(a[i].X, parallel[i].X) {
			t.Errorf("batch %d differs with three workers", i)
		}
		if slices.Equal(a[i].X, plain[i].X) || slices.Equal(a[i].X, b[i].X) {
			t.Errorf("batch %d: augmentation does not change with the epoch", i)
		}
	}
}

func speechFiles() map[string][]byte {
	files := map[string][]byte{
		"_background_noise_/noise.wav": wave(16000, 9),
		"yes/._1.wav":                  []byte("of a tool"),
		"@eaDir/x.wav":                 []byte("of a tool"),
		"validation_list.txt":          []byte("yes/1.wav\nno/1.wav\n"),
		"testing_list.txt":             []byte("yes/2.wav\nno/2.wav\n\n"),
	}
	for _, word := range []string{"yes", "no"} {
		for i := range 6 {
			files[fmt.Sprintf("%s/%d.wav", word, i)] = wave(16000, 16000)
		}
	}
	return files
}

func TestSpeechCommands(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, speechFiles())
	set := mustOpen(t, "speech-commands", Options{Dir: dir})
	checkSet(t, set)
	if set.Train.Len() != 8 || set.Validation.Len() != 2 || set.Test.Len() != 2 || !slices.Equal(set.Shape, []int{160, 101, 1}) {
		t.Errorf("%d, %d, %d samples of shape %v", set.Train.Len(), set.Validation.Len(), set.Test.Len(), set.Shape)
	}
	if !slices.Equal(set.Classes, []string{"no", "yes"}) || !slices.Equal(set.Test.Labels(), []int32{0, 1}) {
		t.Errorf("classes %q, test labels %v", set.Classes, set.Test.Labels())
	}
}

func TestSpeechCommandsErrors(t *testing.T) {
	for _, test := range []struct{ file, text, want string }{
		{"testing_list.txt", "yes/9.wav\n", "the lists name yes/9.wav, which is not there, and 0 more"},
		{"testing_list.txt", "yes/1.wav\n", "yes/1.wav is named twice"},
		{"testing_list.txt", "yes/2.wav\n../x\n", `line 2: "../x" is not WORD/FILE.wav`},
	} {
		dir, files := t.TempDir(), speechFiles()
		files[test.file] = []byte(test.text)
		writeAll(t, dir, files)
		if _, err := Open(context.Background(), "speech-commands", Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.text, err, test.want)
		}
	}
	dir, files := t.TempDir(), speechFiles()
	files["no/2.wav"], files["yes/2.wav"] = wave(8000, 10), wave(16000, 10)[:40]
	writeAll(t, dir, files)
	set := mustOpen(t, "speech-commands", Options{Dir: dir})
	x := make([]float32, set.Size())
	for i, want := range []string{"no/2.wav: 8000 samples a second", "decoding"} {
		if err := set.Test.Read(t.Context(), i, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("sample %d: %v, want %q", i, err, want)
		}
	}
}
