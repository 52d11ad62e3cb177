package wav

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/internal/realcopy"
)

// file builds a WAVE file from chunks.
func file(chunks ...string) []byte {
	body := "WAVE" + strings.Join(chunks, "")
	return []byte("RIFF" + word(len(body)) + body)
}

func word(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

func chunk(name, content string) string {
	s := name + word(len(content)) + content
	if len(content)%2 == 1 {
		s += "\x00"
	}
	return s
}

func formatChunk(kind, channels uint16, rate uint32, bits uint16) string {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, channels)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*uint32(channels)*uint32(bits)/8)
	b = binary.LittleEndian.AppendUint16(b, channels*((bits+7)/8))
	return chunk("fmt ", string(binary.LittleEndian.AppendUint16(b, bits)))
}

const samples = "\x00\x00\xff\x7f\x00\x80\x00\x40"

func decode(file []byte) ([]float32, *File, error) {
	f, err := Parse(file)
	if err != nil {
		return nil, nil, err
	}
	x, err := f.Samples(nil, math.MaxInt)
	return x, f, err
}

func TestDecode(t *testing.T) {
	extensible := chunk("fmt ", formatChunk(0xfffe, 1, 16000, 16)[8:]+"\x16\x00\x10\x00\x04\x00\x00\x00\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71")
	mono := formatChunk(1, 1, 8000, 16)
	whole := []float32{0, 32767. / 32768, -1, 0.5}
	misnamed := file(mono, chunk("data", samples))
	copy(misnamed[4:], word(7)) // the file's own size
	for name, test := range map[string]struct {
		file           []byte
		want           []float32
		rate, channels int
	}{
		"mono":       {file(mono, chunk("data", samples)), whole, 8000, 1},
		"stereo":     {file(formatChunk(1, 2, 44100, 16), chunk("data", samples)), []float32{32767. / 65536, -0.25}, 44100, 2},
		"extensible": {file(extensible, chunk("data", samples)), whole, 16000, 1},
		"12 bits":    {file(formatChunk(1, 1, 8000, 12), chunk("data", samples)), whole, 8000, 1},
		"float":      {file(formatChunk(3, 1, 8000, 32), chunk("data", "\x00\x00\x80\x3f\x00\x00\x80\xc0")), []float32{1, -4}, 8000, 1},

		"LIST, odd":                        {file(chunk("LIST", "odd"), mono, chunk("data", samples)), whole, 8000, 1},
		"LIST, odd, without its last byte": {file("LIST\x03\x00\x00\x00odd"+mono, chunk("data", samples)), whole, 8000, 1},
		"LIST between":                     {file(mono, chunk("LIST", "INFOISFT\x02\x00\x00\x00x\x00"), chunk("data", samples)), whole, 8000, 1},
		"LIST after":                       {file(mono, chunk("data", samples[:2]), chunk("LIST", "odd")), []float32{0}, 8000, 1},
		"odd samples":                      {file(formatChunk(1, 1, 8000, 8), chunk("data", "\x00\x80\xff")), []float32{-1, 0, 127. / 128}, 8000, 1},

		"size of the file wrong":   {misnamed, whole, 8000, 1},
		"size 0":                   {file(mono, "data\x00\x00\x00\x00"+samples), whole, 8000, 1},
		"size 0, of silence":       {file(mono, "data"+strings.Repeat("\x00", 12)), make([]float32, 4), 8000, 1},
		"size 0xffffffff":          {file(mono, "data\xff\xff\xff\xff"+samples), whole, 8000, 1},
		"size 0x7ffff000":          {file(mono, "data\x00\xf0\xff\x7f"+samples), whole, 8000, 1},
		"size 0x80000000":          {file(mono, "data\x00\x00\x00\x80"+samples), whole, 8000, 1},
		"stopped inside a sample":  {file(mono, "data\x00\x00\x00\x00"+samples+"\x01"), whole, 8000, 1},
		"stopped inside the first": {file(mono, "data\xff\xff\xff\xff"+samples[:3]), whole[:1], 8000, 1},
	} {
		got, f, err := decode(test.file)
		if err != nil || !slices.Equal(got, test.want) || f.Rate != test.rate || f.Channels != test.channels || f.Len() != len(test.want) {
			t.Errorf("%s: %v, %+v, %v; want %v", name, got, f, err, test.want)
		}
	}
	f, err := Parse(file(mono, chunk("data", samples)))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Samples([]float32{7}, 2); err != nil || !slices.Equal(got, []float32{7, 0, 32767. / 32768}) {
		t.Errorf("the first two samples: %v, %v", got, err)
	}
}

// Files that libsndfile wrote hold the same ramp in every format.
func TestDecodeIsLibsndfiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.wav")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%q, %v", paths, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, f, err := decode(b)
		if err != nil || f.Rate != 11025 || len(got) != 17 {
			t.Errorf("%s: %d samples, %v", path, len(got), err)
			continue
		}
		for i, v := range got {
			want := float64(i-8) / 16
			if f.Channels == 2 {
				want /= 2 // the second is silent
			}
			if float64(v) != want {
				t.Errorf("%s: sample %d is %g, want %g", path, i, v, want)
			}
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	whole := file(formatChunk(1, 1, 8000, 16), chunk("data", samples))
	for n := range len(whole) {
		if _, _, err := decode(whole[:n]); err == nil {
			t.Errorf("the first %d bytes give no error", n)
		}
	}
	mono := formatChunk(1, 1, 8000, 16)
	wide := []byte(mono)
	wide[8+12] = 4 // bytes of a sample
	for want, f := range map[string][]byte{
		"not a RIFF WAVE file":              []byte("surely not RIFF"),
		"an empty file":                     {},
		"file but Ogg":                      []byte("OggS, surely not RIFF"),
		"file but RF64":                     []byte("RF64\xff\xff\xff\xffWAVEds64"),
		"file but RIFX":                     []byte("RIFX\x00\x00\x00\x04WAVE"),
		"file but MP3":                      []byte("ID3\x03"),
		"file but MPEG-4":                   []byte("\x00\x00\x00\x20ftypM4A "),
		"a Git LFS pointer":                 []byte("version https://git-lfs.github.com/spec/v1\n"),
		"samples before their format":       file(chunk("data", samples)),
		"format 0x3 of 16 bits":             file(formatChunk(3, 1, 8000, 16), chunk("data", samples)),
		"format 0x1 of 40 bits":             file(formatChunk(1, 1, 8000, 40), chunk("data", samples)),
		"format 0x7, which is mu-law: only": file(formatChunk(7, 1, 8000, 8), chunk("data", samples)),
		"format 0x11, which is IMA ADPCM":   file(formatChunk(0x11, 1, 8000, 4), chunk("data", samples)),
		"0 channels":                        file(formatChunk(1, 0, 8000, 16)),
		"at 0 samples":                      file(formatChunk(1, 1, 0, 16)),
		"a format chunk of 4 bytes":         file(chunk("fmt ", "abcd")),
		"extensible format chunk of 16":     file(formatChunk(0xfffe, 1, 8000, 16)),
		"extensible format of GUID":         file(chunk("fmt ", formatChunk(0xfffe, 1, 8000, 16)[8:]+strings.Repeat("\x01", 24))),
		"take 2 bytes, but the file says 4": file(string(wide), chunk("data", samples)),
		"3 bytes are not a number":          file(mono, chunk("data", "abc")),
		"the file is cut off: 9 bytes":      file(mono, "data\x09\x00\x00\x00abcdefgh"),
		"chunk \"LIST\" of 4294967295":      file(mono, "LIST\xff\xff\xff\xffab"),
		"the file ends before a data":       file(mono),
		"byte 12: the file ends before a":   file(),
		"no samples":                        file(mono, chunk("data", "")),
		"byte 44: no samples":               file(mono, chunk("data", ""), chunk("LIST", "odd")),
		"sample 1 is NaN":                   file(formatChunk(3, 1, 8000, 32), chunk("data", "\x00\x00\x80\x3f\x00\x00\xc0\x7f")),
		"sample 0 is +Inf":                  file(formatChunk(3, 1, 8000, 64), chunk("data", "\x00\x00\x00\x00\x00\x00\xe0\x7f")),
	} {
		if _, _, err := decode(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(file(formatChunk(1, 1, 8000, 16), chunk("data", samples)))
	f.Add(file(chunk("LIST", "odd"), formatChunk(1, 2, 8000, 16), "data\xff\xff\xff\xff"+samples))
	paths, err := filepath.Glob("testdata/*.wav")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	if real := realcopy.InTar("fsdd/recordings.tar", ".wav", 1<<13); real != nil {
		f.Add(real)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		w, err := Parse(file)
		if err != nil {
			return
		}
		got, err := w.Samples(nil, math.MaxInt)
		if err != nil {
			return
		}
		if len(got) != w.Len() || len(got) == 0 || w.Channels*len(got) > len(file) || w.Rate < 1 {
			t.Fatalf("%d samples, %d told, of %d channels at %d from %d bytes", len(got), w.Len(), w.Channels, w.Rate, len(file))
		}
		for i, v := range got {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) || !w.float && (v < -1 || v > 1) {
				t.Fatalf("sample %d is %g", i, v)
			}
		}
	})
}
