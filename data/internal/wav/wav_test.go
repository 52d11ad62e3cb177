package wav

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/internal/realcopy"
)

// file builds a WAVE file from chunks.
func file(chunks ...string) []byte {
	body := "WAVE" + strings.Join(chunks, "")
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body)
}

func chunk(name, content string) string {
	s := name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(content)))) + content
	if len(content)%2 == 1 {
		s += "\x00"
	}
	return s
}

func format(kind, channels uint16, rate uint32, bits uint16) string {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, channels)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*uint32(channels)*uint32(bits)/8)
	b = binary.LittleEndian.AppendUint16(b, channels*bits/8)
	return chunk("fmt ", string(binary.LittleEndian.AppendUint16(b, bits)))
}

const samples = "\x00\x00\xff\x7f\x00\x80\x00\x40"

func TestDecode(t *testing.T) {
	extensible := chunk("fmt ", format(0xfffe, 1, 16000, 16)[8:]+"\x16\x00\x10\x00\x04\x00\x00\x00\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71")
	for name, test := range map[string]struct {
		file []byte
		want []float32
		head Header
	}{
		"mono":       {file(format(1, 1, 8000, 16), chunk("data", samples)), []float32{0, 32767. / 32768, -1, 0.5}, Header{8000, 1}},
		"stereo":     {file(format(1, 2, 44100, 16), chunk("data", samples)), []float32{32767. / 65536, -0.25}, Header{44100, 2}},
		"extensible": {file(extensible, chunk("data", samples)), []float32{0, 32767. / 32768, -1, 0.5}, Header{16000, 1}},
		"extra":      {file(chunk("LIST", "odd"), format(1, 1, 8000, 16), chunk("data", samples[:2])), []float32{0}, Header{8000, 1}},
		"empty":      {file(format(1, 1, 8000, 16), chunk("data", "")), nil, Header{8000, 1}},
	} {
		got, head, err := Decode(nil, test.file)
		if err != nil || !slices.Equal(got, test.want) || head != test.head {
			t.Errorf("%s: %v, %+v, %v; want %v, %+v", name, got, head, err, test.want, test.head)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	whole := file(format(1, 1, 8000, 16), chunk("data", samples))
	for n := range len(whole) {
		if _, _, err := Decode(nil, whole[:n]); err == nil {
			t.Errorf("the first %d bytes give no error", n)
		}
	}
	for want, f := range map[string][]byte{
		"not a RIFF":                      []byte("OggS, surely not RIFF"),
		"samples before their format":     file(chunk("data", samples)),
		"format 0x3 of 32 bits":           file(format(3, 1, 8000, 32), chunk("data", samples)),
		"format 0x1 of 8 bits":            file(format(1, 1, 8000, 8), chunk("data", samples)),
		"0 channels":                      file(format(1, 0, 8000, 16)),
		"at 0 samples":                    file(format(1, 1, 0, 16)),
		"a format chunk of 4 bytes":       file(chunk("fmt ", "abcd")),
		"3 bytes are not a number":        file(format(1, 1, 8000, 16), chunk("data", "abc")),
		"chunk \"data\" of 4294967295":    file(format(1, 1, 8000, 16), "data\xff\xff\xff\xffab"),
		"the file ends before a data":     file(format(1, 1, 8000, 16)),
		"byte 12: the file ends before a": file(),
	} {
		if _, _, err := Decode(nil, f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(file(format(1, 1, 8000, 16), chunk("data", samples)))
	f.Add(file(chunk("LIST", "odd"), format(1, 2, 8000, 16), chunk("data", samples)))
	if real := realcopy.InTar("fsdd/recordings.tar", ".wav", 1<<13); real != nil {
		f.Add(real)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, h, err := Decode(nil, file)
		if err == nil && 2*h.Channels*len(got) > len(file) {
			t.Fatalf("%d samples of %d channels from %d bytes", len(got), h.Channels, len(file))
		}
	})
}
