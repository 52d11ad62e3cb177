// Package tfeventstest reads event files in tests, by the format alone.
package tfeventstest

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// Event is an event of a file.
type Event struct {
	Step    int64
	Version string
	Start   bool   // a session begins
	Scalars string // "tag=value tag=value"
}

// Read returns the events of a file. A length or checksum that is wrong fails
// the test.
func Read(t testing.TB, path string) []Event {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []Event
	for len(text) > 0 {
		n := binary.LittleEndian.Uint64(text)
		if sum := binary.LittleEndian.Uint32(text[8:]); sum != masked(text[:8]) {
			t.Fatalf("%s: wrong checksum of a length", path)
		}
		data := text[12 : 12+n]
		if sum := binary.LittleEndian.Uint32(text[12+n:]); sum != masked(data) {
			t.Fatalf("%s: wrong checksum of data", path)
		}
		text = text[16+n:]
		var e Event
		fields(t, data, func(field protowire.Number, number uint64, content []byte) {
			switch field {
			case 1:
				if at := math.Float64frombits(number); at < 1.7e9 {
					t.Errorf("wall time %v", at)
				}
			case 2:
				e.Step = int64(number)
			case 3:
				e.Version = string(content)
			case 5:
				fields(t, content, func(_ protowire.Number, _ uint64, value []byte) {
					fields(t, value, func(field protowire.Number, number uint64, content []byte) {
						if field == 1 {
							e.Scalars += " " + string(content)
						} else {
							e.Scalars += fmt.Sprintf("=%v", math.Float32frombits(uint32(number)))
						}
					})
				})
			case 7:
				e.Start = slices.Equal(content, []byte{8, 1})
			}
		})
		e.Scalars = strings.TrimSpace(e.Scalars)
		all = append(all, e)
	}
	return all
}

func fields(t testing.TB, data []byte, each func(protowire.Number, uint64, []byte)) {
	t.Helper()
	for len(data) > 0 {
		field, kind, n := protowire.ConsumeTag(data)
		data = data[n:]
		var number uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(data)
		case protowire.Fixed64Type:
			number, n = protowire.ConsumeFixed64(data)
		case protowire.Fixed32Type:
			var short uint32
			short, n = protowire.ConsumeFixed32(data)
			number = uint64(short)
		case protowire.BytesType:
			content, n = protowire.ConsumeBytes(data)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		each(field, number, content)
		data = data[n:]
	}
}

// ReadFolder returns the events of all files of a folder in their order.
func ReadFolder(t testing.TB, dir string) []Event {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil {
		t.Fatal(err)
	}
	var all []Event
	for _, path := range paths { // sorted
		all = append(all, Read(t, path)...)
	}
	return all
}

// masked is the checksum of a TFRecord.
func masked(data []byte) uint32 {
	sum := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (sum>>15 | sum<<17) + 0xa282ead8
}
