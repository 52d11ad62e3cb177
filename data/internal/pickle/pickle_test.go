package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestReadFixtures(t *testing.T) {
	for _, name := range []string{"testdata/batch-2.pickle", "testdata/batch-4.pickle"} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Read(bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		d := v.(Dict)
		a := d["data"].(*Array)
		if !reflect.DeepEqual(a.Shape, []int{2, 3072}) || len(a.Data) != 2*3072 {
			t.Errorf("%s: array of shape %v, %d bytes", name, a.Shape, len(a.Data))
		}
		for i := range len(a.Data) {
			if b := a.Data[i]; int(b) != i*7%256 {
				t.Fatalf("%s: byte %d is %d", name, i, b)
			}
		}
		if !reflect.DeepEqual(d["labels"], &List{[]any{int64(3), int64(8)}}) || d["batch_label"] != "testing batch 1 of 1" {
			t.Errorf("%s: labels %v, batch_label %v", name, d["labels"], d["batch_label"])
		}
		for n := 0; n < len(file); n += 1 + n/50 {
			if _, err := Read(bytes.NewReader(file[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%s: the first %d bytes: %v, want an unexpected EOF", name, n, err)
			}
		}
	}
}

// python2 is how cPickle of Python 2 writes {"data": array, "labels": [1, 2]}
// in protocol 2, as the official archives have it.
func python2(array string) string {
	return "\x80\x02}q\x01(U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85U\x01b\x87Rq\x05" +
		array + "U\x06labelsq\x09]q\x0a(K\x01K\x02eu."
}

const goodState = "(K\x01K\x02K\x03\x86cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T\x06\x00\x00\x00abcdeftb"

func TestReadPython2(t *testing.T) {
	v, err := Read(strings.NewReader(python2(goodState)))
	want := Dict{"data": &Array{Shape: []int{2, 3}, Data: "abcdef"}, "labels": &List{[]any{int64(1), int64(2)}}}
	if err != nil || !reflect.DeepEqual(v, want) {
		t.Errorf("Read = %v, %v", v, err)
	}
}

func TestReadValues(t *testing.T) {
	for file, want := range map[string]any{
		"N.":                                 nil,
		"\x88.":                              true,
		"\x89.":                              false,
		"J\xff\xff\xff\xff.":                 int64(-1),
		"K\xff.":                             int64(255),
		"M\x00\x01.":                         int64(256),
		"\x8a\x00.":                          int64(0),
		"\x8a\x02\x00\xff.":                  int64(-256),
		"G\x3f\xf8\x00\x00\x00\x00\x00\x00.": 1.5,
		"X\x02\x00\x00\x00ab.":               "ab",
		").":                                 Tuple{},
		"(K\x01K\x02t.":                      Tuple{int64(1), int64(2)},
		"]K\x01a.":                           &List{[]any{int64(1)}},
		"}U\x01kK\x01s.":                     Dict{"k": int64(1)},
		"K\x01q\x05K\x02h\x05\x86.":          Tuple{int64(2), int64(1)},
		"K\x01K\x020.":                       int64(1),
		"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00N.": nil,
	} {
		if got, err := Read(strings.NewReader(file)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q = %v, %v; want %v", file, got, err, want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"\x80\x05N.", "protocol 5"},
		{".", "byte 0: nothing on the stack"},
		{"(.", "a mark where a value should be"},
		{"t.", "no mark"},
		{"K\x01(K\x02e.", "int64 does not take items"},
		{"(K\x02e.", "no collection"},
		{"}(K\x01K\x02u.", "a key of type int64"},
		{"}(U\x01ku.", "a key without a value"},
		{"}(U\x01ke.", "does not take items"},
		{"h\x01.", "no value kept in place 1"},
		{"q\x01.", "nothing on the stack to keep"},
		{"\x8a\xff.", "a whole number of 255 bytes"},
		{"T\xff\xff\xff\xff.", "4294967295 bytes, at most"},
		{"T\xff\xff\xff\x3f.", "more than 1024 MiB of memory"},
		{"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", "at most"},
		{"T\xff\xff\xff\x0f.", "1 bytes where 268435455 should be"},
		{"cos\nsystem\n(U\x08rm -rf /tR.", `refers to "os.system"`},
		{"cposix\nsystem\nU\x01x\x85R.", `refers to "posix.system"`},
		{"c" + strings.Repeat("x", 2000), "a line of more than"},
		{"K\x01K\x02R.", "not a call"},
		{"K\x01K\x02\x93.", "a name that is not text"},
		{"K\x01K\x02b.", "has no state"},
		{"\xfe.", "not among the opcodes"},
		{"cnumpy\ndtype\n)R.", "numpy.dtype without a name"},
		{"c_codecs\nencode\nX\x03\x00\x00\x00\xe2\x82\xacU\x06latin1\x86R.", "is not in latin1"},
		{"c_codecs\nencode\nU\x01aU\x04utf8\x86R.", "latin1 only"},
		{python2(""), "without contents"},
		{python2("Nb"), "is not (version, shape, dtype, order, data)"},
		{python2(strings.Replace(goodState, "u1", "f4", 1)), `type "f4"`},
		{python2(strings.Replace(goodState, "\x89T", "\x88T", 1)), "column-major true"},
		{python2(strings.Replace(goodState, "K\x02K\x03", "K\x02K\x04", 1)), "6 bytes for an array of shape [2 4]"},
		{python2(strings.Replace(goodState, "K\x02K\x03", "K\x02K\x00", 1)), "0 is not a dimension"},
	} {
		if _, err := Read(strings.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.60q: %v, want %q", test.file, err, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"testdata/batch-2.pickle", "testdata/batch-4.pickle"} {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add([]byte(python2(goodState)))
	f.Fuzz(func(t *testing.T, file []byte) {
		v, err := Read(bytes.NewReader(file))
		switch v.(type) {
		case string, []byte:
			v = nil // text of the file's own length
		}
		if text := fmt.Sprint(v, err); len(text) > 2000 {
			t.Fatalf("%d bytes of text: %.200s", len(text), text)
		}
	})
}
