package data

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"strings"
	"testing"
)

func TestEmbeddedFilesAreTheOnesNamed(t *testing.T) {
	readme, err := os.ReadFile("embedded/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"digits.csv.gz": digitsFile, "iris.csv": irisFile} {
		sum := sha256.Sum256(file)
		if line := "| " + name + " | " + hex.EncodeToString(sum[:]) + " |"; !strings.Contains(string(readme), line) {
			t.Errorf("embedded/README.md has no line %q", line)
		}
	}
}

// The moments are scikit-learn's: load_digits().data.mean() = 4.884164579855314
// and .std() = 6.016787548672236 in levels of 0..16.
func TestDigitsMoments(t *testing.T) {
	pix, labels, err := readDigits(bytes.NewReader(digitsFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(labels) != 1797 || len(pix) != 64*1797 {
		t.Fatalf("%d labels, %d pixels", len(labels), len(pix))
	}
	// The first line of the file: a zero whose first row is 0,0,5,13,9,1,0,0.
	for j, level := range []float64{0, 0, 5, 13, 9, 1, 0, 0} {
		if want := math.Round(255 * level / 16); float64(pix[j]) != want {
			t.Errorf("pixel %d is %d, want %g", j, pix[j], want)
		}
	}
	if labels[0] != 0 || labels[1] != 1 || labels[1796] != 8 {
		t.Errorf("labels %d, %d, ..., %d; want 0, 1, ..., 8", labels[0], labels[1], labels[1796])
	}
	all := make([]int32, len(labels))
	for i := range all {
		all[i] = int32(i)
	}
	mean, std := (&images{h: 8, w: 8, channels: 1, pix: pix, labels: labels}).fit(all)
	// Rounding to 255 levels moves a value by at most 1/510.
	if math.Abs(16*mean[0]-4.884164579855314) > 16./510 || math.Abs(16*std[0]-6.016787548672236) > 16./510 {
		t.Errorf("mean %g, deviation %g of 16", 16*mean[0], 16*std[0])
	}
}

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDigitsErrors(t *testing.T) {
	row := strings.Repeat("0,", 64)
	for _, test := range []struct {
		file []byte
		want string
	}{
		{nil, "EOF"},
		{[]byte("not gzip, surely not gzip"), "invalid header"},
		{digitsFile[:1000], "unexpected EOF"},
		{gzipped(t, row+"1\n"+row+"10\n"), `line 2, column 65: "10"`},
		{gzipped(t, strings.Repeat("0,", 63)+"17,1\n"), `line 1, column 64: "17"`},
		{gzipped(t, "0,1\n"), "wrong number of fields"},
	} {
		if _, _, err := readDigits(bytes.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}

// scikit-learn's load_iris().data.mean(axis=0) and .std(axis=0).
func TestIrisMoments(t *testing.T) {
	x, labels, err := readIris(bytes.NewReader(irisFile))
	if err != nil {
		t.Fatal(err)
	}
	m := newMoments(4)
	for i, v := range x {
		m.add(i%4, v)
	}
	mean := []float64{5.843333333333334, 3.057333333333333, 3.758, 1.199333333333333}
	std := []float64{0.8253012917851409, 0.4344109677354946, 1.759404065775303, 0.7596926279021594}
	for j := range 4 {
		if math.Abs(m.mean[j]-mean[j]) > 1e-12 || math.Abs(m.std()[j]-std[j]) > 1e-12 {
			t.Errorf("column %d: mean %v, deviation %v; want %v, %v", j, m.mean[j], m.std()[j], mean[j], std[j])
		}
	}
	if len(labels) != 150 || labels[0] != 0 || labels[149] != 2 {
		t.Errorf("%d labels", len(labels))
	}
}
