// Package wav reads RIFF WAVE files of 16-bit PCM samples
// (Multimedia Programming Interface and Data Specifications 1.0, IBM and
// Microsoft, 1991).
package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	formatPCM        = 1
	formatExtensible = 0xfffe
)

// Header describes the samples of a file.
type Header struct {
	Rate     int // samples a second
	Channels int
}

// Decode appends the samples of a file, as numbers in [-1, 1), to dst: the
// mean of the channels. Chunks that it does not know are skipped.
func Decode(dst []float32, file []byte) ([]float32, Header, error) {
	var h Header
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return dst, h, errors.New("not a RIFF WAVE file")
	}
	at := 12
	for {
		if len(file)-at < 8 {
			return dst, h, fmt.Errorf("byte %d: the file ends before a data chunk", at)
		}
		name, size := string(file[at:at+4]), int64(binary.LittleEndian.Uint32(file[at+4:]))
		at += 8
		if size > int64(len(file)-at) {
			return dst, h, fmt.Errorf("byte %d: chunk %q of %d bytes, the file has %d more", at, name, size, len(file)-at)
		}
		chunk := file[at : at+int(size)]
		switch name {
		case "fmt ":
			if err := h.format(chunk); err != nil {
				return dst, h, fmt.Errorf("byte %d: %w", at, err)
			}
		case "data":
			if h.Rate == 0 {
				return dst, h, fmt.Errorf("byte %d: samples before their format", at)
			}
			if len(chunk)%(2*h.Channels) != 0 {
				return dst, h, fmt.Errorf("byte %d: %d bytes are not a number of samples of %d channels", at, len(chunk), h.Channels)
			}
			return h.samples(dst, chunk), h, nil
		}
		at += int(size) + int(size)&1 // chunks start at even places
		at = min(at, len(file))
	}
}

func (h *Header) format(chunk []byte) error {
	if len(chunk) < 16 {
		return fmt.Errorf("a format chunk of %d bytes, at least 16 are needed", len(chunk))
	}
	format := binary.LittleEndian.Uint16(chunk)
	if format == formatExtensible && len(chunk) >= 26 {
		format = binary.LittleEndian.Uint16(chunk[24:])
	}
	bits := binary.LittleEndian.Uint16(chunk[14:])
	if format != formatPCM || bits != 16 {
		return fmt.Errorf("format %#x of %d bits: only PCM, format 0x1, of 16 bits is read", format, bits)
	}
	channels, rate := binary.LittleEndian.Uint16(chunk[2:]), binary.LittleEndian.Uint32(chunk[4:])
	if channels == 0 || rate == 0 || rate > 1<<20 {
		return fmt.Errorf("%d channels at %d samples a second", channels, rate)
	}
	h.Channels, h.Rate = int(channels), int(rate)
	return nil
}

func (h *Header) samples(dst []float32, chunk []byte) []float32 {
	scale := 1 / (32768 * float32(h.Channels))
	for len(chunk) > 0 {
		sum := float32(0)
		for c := range h.Channels {
			sum += float32(int16(binary.LittleEndian.Uint16(chunk[2*c:])))
		}
		dst = append(dst, sum*scale)
		chunk = chunk[2*h.Channels:]
	}
	return dst
}
