//go:build linux

package photo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"io"
	"testing"

	"golang.org/x/image/bmp"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// zeros is n zero bytes, compressed.
func zeros(t *testing.T, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := io.CopyN(z, memorytest.Endless("\x00"), n); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tiledTIFF is a gray picture of one pixel in a tile of a side, deflated.
func tiledTIFF(side uint32, data []byte) []byte {
	tags := [][2]uint32{{256, 1}, {257, 1}, {258, 8}, {259, 8}, {262, 1}, {277, 1}, {322, side}, {323, side}, {324, 0}, {325, uint32(len(data))}}
	file := binary.LittleEndian.AppendUint32([]byte("II*\x00"), 8)
	file = binary.LittleEndian.AppendUint16(file, uint16(len(tags)))
	at := uint32(8 + 2 + 12*len(tags) + 4)
	for _, tag := range tags {
		if tag[0] == 324 {
			tag[1] = at
		}
		file = binary.LittleEndian.AppendUint16(file, uint16(tag[0]))
		file = binary.LittleEndian.AppendUint16(file, 4) // LONG
		file = binary.LittleEndian.AppendUint32(file, 1)
		file = binary.LittleEndian.AppendUint32(file, tag[1])
	}
	return append(append(file, 0, 0, 0, 0), data...)
}

// A file within the limit of pixels takes no more than its pixels do, which it may not even have: 8 bytes each
// as 16-bit colours with transparency, twice where they are interlaced.
func TestHostileFilesStayWithinMemory(t *testing.T) {
	const side = 1 << 13 // MaxPixels in all
	if side*side != MaxPixels {
		t.Fatal("the largest square has another side")
	}
	for name, c := range map[string]struct {
		file func(t *testing.T) []byte
		mib  int
	}{
		"PNG of 16 bits": {func(t *testing.T) []byte { return deepPNG(t, side, 0) }, 8*64 + 64},
		"PNG interlaced": {func(t *testing.T) []byte { return deepPNG(t, side, 1) }, 2*8*64 + 64},
		"GIF": {func(t *testing.T) []byte {
			var b bytes.Buffer
			if err := gif.Encode(&b, image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black, color.White}), nil); err != nil {
				t.Fatal(err)
			}
			file := b.Bytes()
			size := []byte{side & 0xff, side >> 8, side & 0xff, side >> 8}
			copy(file[6:], size)
			copy(file[bytes.IndexByte(file, ',')+5:], size)
			return file
		}, 64 + 64},
		"BMP": {func(t *testing.T) []byte {
			var b bytes.Buffer
			if err := bmp.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 2, 2))); err != nil {
				t.Fatal(err)
			}
			file := b.Bytes()
			binary.LittleEndian.PutUint32(file[18:], side)
			binary.LittleEndian.PutUint32(file[22:], side)
			return file
		}, 4*64 + 64},
		"TIFF of a large tile": {func(t *testing.T) []byte { return tiledTIFF(1<<16, zeros(t, 1<<27)) }, 64},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, c.mib, func(t *testing.T) {
				var canvas augment.Canvas
				if err := Decode(&canvas, c.file(t)); err == nil {
					t.Error("a file without its pixels is decoded")
				}
			})
		})
	}
}

// deepPNG is a black square with 16 bits a channel and transparency.
func deepPNG(t *testing.T, side uint32, interlaced byte) []byte {
	t.Helper()
	chunk := func(file []byte, kind string, content []byte) []byte {
		file = binary.BigEndian.AppendUint32(file, uint32(len(content)))
		begin := len(file)
		file = append(append(file, kind...), content...)
		return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[begin:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	file := chunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", append(head, 16, 6, 0, 0, interlaced))
	file = chunk(file, "IDAT", zeros(t, 1<<16))
	return chunk(file, "IEND", nil)
}
