package wav

import (
	"encoding/binary"
	"fmt"
)

// Codes of formats, as the Microsoft registry of wave formats has them.
const (
	formatPCM        = 0x1
	formatFloat      = 0x3
	formatExtensible = 0xfffe
)

// guidTail is what follows the code in the GUID of a format that has one.
const guidTail = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

// maxRate bounds the samples a second.
const maxRate = 1 << 20

// format is what a "fmt " chunk says.
type format struct {
	Rate     int // samples a second
	Channels int
	bytes    int // of one sample of one channel
	float    bool
}

// frame is the number of bytes of a sample of all channels.
func (f *format) frame() int { return f.Channels * f.bytes }

func parseFormat(chunk []byte) (format, error) {
	le := binary.LittleEndian
	if len(chunk) < 16 {
		return format{}, fmt.Errorf("a format chunk of %d bytes, at least 16 are needed", len(chunk))
	}
	code, channels, rate := le.Uint16(chunk), int(le.Uint16(chunk[2:])), le.Uint32(chunk[4:])
	frame, bits := int(le.Uint16(chunk[12:])), int(le.Uint16(chunk[14:]))
	if code == formatExtensible {
		if len(chunk) < 40 {
			return format{}, fmt.Errorf("an extensible format chunk of %d bytes, at least 40 are needed", len(chunk))
		}
		if string(chunk[26:40]) != guidTail {
			return format{}, fmt.Errorf("extensible format of GUID %x: only PCM and floating point are read", chunk[24:40])
		}
		code = le.Uint16(chunk[24:])
	}
	f := format{Rate: int(rate), Channels: channels, bytes: (bits + 7) / 8, float: code == formatFloat}
	switch {
	case code != formatPCM && code != formatFloat:
		return f, fmt.Errorf("format %#x%s: only PCM and floating point are read", code, formatName(code))
	case f.float && bits != 32 && bits != 64, !f.float && (bits < 1 || bits > 32):
		return f, fmt.Errorf("format %#x of %d bits: PCM of 1 to 32 bits and floating point of 32 and 64 are read", code, bits)
	case channels == 0 || rate == 0 || rate > maxRate:
		return f, fmt.Errorf("%d channels at %d samples a second", channels, rate)
	case frame != f.frame():
		return f, fmt.Errorf("%d channels of %d bits take %d bytes, but the file says %d", channels, bits, f.frame(), frame)
	}
	return f, nil
}

// formatName names the formats that recordings of people most often have beside PCM.
func formatName(code uint16) string {
	name := map[uint16]string{
		0x2: "Microsoft ADPCM", 0x6: "A-law", 0x7: "mu-law", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x50: "MPEG",
		0x55: "MP3", 0xff: "AAC", 0x161: "Windows Media Audio", 0x2000: "AC-3", 0x674f: "Vorbis", 0x706d: "AAC",
	}[code]
	if name == "" {
		return ""
	}
	return ", which is " + name
}
