package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// written is a table of one feature "é" and two classes, in UTF-8.
const written = "é,y\n1,a\n2,b\n3,a\n"

// What a table is written in changes nothing of what is read.
func TestCSVWaysOfWriting(t *testing.T) {
	wide := func(order [2]int, mark bool, text string) string {
		var b strings.Builder
		if mark {
			text = "\ufeff" + text
		}
		for _, u := range utf16.Encode([]rune(text)) {
			pair := [2]byte{byte(u >> 8), byte(u)}
			b.WriteByte(pair[order[0]])
			b.WriteByte(pair[order[1]])
		}
		return b.String()
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(written)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	big, little := [2]int{0, 1}, [2]int{1, 0}
	for name, test := range map[string]struct{ text, query string }{
		"UTF-8":                     {written, ""},
		"mark":                      {"\ufeff" + written, ""},
		"mark before quotes":        {"\ufeff\"é\",\"y\"\n1,a\n2,b\n3,a\n", ""},
		"UTF-16, little":            {wide(little, true, written), ""},
		"UTF-16, big":               {wide(big, true, written), ""},
		"UTF-16, little, no mark":   {wide(little, false, "\"é\",y\n1,a\n2,b\n3,a\n"), ""},
		"UTF-16, big, no mark":      {wide(big, false, "\"é\",y\n1,a\n2,b\n3,a\n"), ""},
		"UTF-16, said":              {wide(little, false, written), "?encoding=utf-16"},
		"UTF-16, tabs, as Excel":    {wide(little, true, strings.ReplaceAll(strings.ReplaceAll(written, ",", "\t"), "\n", "\r\n")), "?sep=tab"},
		"windows-1252":              {strings.ReplaceAll(written, "é", "\xe9"), "?encoding=windows-1252"},
		"CR LF":                     {strings.ReplaceAll(written, "\n", "\r\n"), ""},
		"CR":                        {strings.ReplaceAll(written, "\n", "\r"), ""},
		"CR at the end":             {strings.TrimSuffix(written, "\n") + "\r", ""},
		"no last line end":          {strings.TrimSuffix(written, "\n"), ""},
		"blank lines":               {strings.ReplaceAll(written, "\n", "\n \n\n"), ""},
		"quotes":                    {"\"é\",\"y\"\n\"1\",\"a\"\n\"2\",\"b\"\n3,a\n", ""},
		"quotes after a space":      {"\"é\", \"y\"\n1, \"a\"\n2, \"b\"\n3, \"a\"\n", ""},
		"semicolons":                {strings.ReplaceAll(written, ",", ";"), "?sep=semicolon"},
		"tabs":                      {strings.ReplaceAll(written, ",", "\t"), "?sep=tab"},
		"pipes":                     {strings.ReplaceAll(written, ",", "|"), "?sep=pipe"},
		"columns of spaces":         {"  é   y\n  1   a\n 2 b \n3     a\n", "?sep=space"},
		"gzip":                      {zipped.String(), ""},
		"decimal commas":            {"é;y\n1,0;a\n2,00;b\n3;a\n", "?sep=semicolon&decimal=comma"},
		"decimal commas, in quotes": {"é,y\n\"1,0\",a\n2,b\n3,a\n", "?decimal=comma"},
		"trailing separators":       {"é,y,\n1,a,\n2,b,\n3,a,\n", ""},
		"trailing in rows":          {"é,y\n1,a,,\n2,b\n3,a\n", ""},
		"trailing in the header":    {"é,y,,\n1,a\n2,b\n3,a\n", ""},
		"saved index":               {",é,y\n0,1,a\n1,2,b\n2,3,a\n", ""},
		"saved index of R":          {"\"\",é,y\n\"1\",1,a\n\"2\",2,b\n\"3\",3,a\n", ""},
		"saved index of some rows":  {",é,y\n17,1,a\n4,2,b\n209,3,a\n", ""},
		"saved index, twice":        {"Unnamed: 0,é,y\n0,1,a\n1,2,b\n2,3,a\n", ""},
		"names of rows":             {",é,y\nMazda,1,a\nDatsun,2,b\nHornet,3,a\n", ""},
		"no header":                 {"1,a\n2,b\n3,a\n", "?header=no"},
	} {
		t.Run(name, func(t *testing.T) {
			set := mustOpen(t, "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
			if want := map[bool]string{true: "é", false: "#1"}[test.query != "?header=no"]; !slices.Equal(set.Features, []string{want}) {
				t.Errorf("features %q, want %q", set.Features, want)
			}
			if !slices.Equal(set.Classes, []string{"a", "b"}) {
				t.Errorf("classes %q", set.Classes)
			}
			// One of each class is drawn for testing and none is left for validation: all three together.
			var x []float64
			base := set.Train.(*part).base.(*rows)
			x = append(x, base.x...)
			if !slices.Equal(x, []float64{1, 2, 3}) || !slices.Equal(base.labels, []int32{0, 1, 0}) {
				t.Errorf("values %v, labels %v", x, base.labels)
			}
		})
	}
}

// Files that are no text, or not what is said, are told for what they are.
func TestCSVOtherFiles(t *testing.T) {
	for _, test := range []struct{ text, query, want string }{
		{"PK\x03\x04\x14\x00\x06\x00", "", "t.csv: this is a workbook (.xlsx, .ods)"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "this is a workbook (.xls)"},
		{"PAR1\x15\x04", "", "this is a Parquet file"},
		{"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "", "run git lfs pull"},
		{"\xff\xfe\x00\x00x\x00\x00\x00", "", "text in UTF-32"},
		{"\x1f\x8b\x08\x00", "", "t.csv: unexpected EOF"},
		{"x,y\n1,a\n2,b\x00\n", "", "t.csv:3: a zero byte"},
		{"x,y\n1,a\n2,M\xfcnchen\n", "", `t.csv:3: "M\xfcnchen" is not UTF-8: save the file as such, or say encoding=windows-1252`},
	} {
		_, err := Open(context.Background(), "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q%s: error %v, want one line with %q", test.text, test.query, err, test.want)
		}
	}
}

// table300 is a table of 300 rows "i/8, j, class" in which edit changes cells.
func table300(edit func(i int, row []string)) string {
	b := strings.Builder{}
	b.WriteString("a,b,y\n")
	for i := range 300 {
		row := []string{fmt.Sprint(float64(i) / 8), fmt.Sprint((i * 7) % 300), fmt.Sprint(i % 2)}
		edit(i, row)
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.String()
}

// Nothing in a column makes it another than its reader thinks without a word.
func TestCSVStrayCells(t *testing.T) {
	one := func(column int, text string) string {
		return table300(func(i int, row []string) {
			if i == 40 {
				row[column] = text
			}
		})
	}
	all := func(format string) string {
		return table300(func(i int, row []string) { row[1] = fmt.Sprintf(format, i%28+1) })
	}
	for _, test := range []struct{ text, query, want string }{
		{one(1, "None"), "", `t.csv:42: column "b": "None" is no number, as most of the column are: na=None takes it as missing, types=b:category`},
		{one(1, "-"), "", `na=- takes it as missing`},
		{one(1, "n/d: x,y"), "", `t.csv:42: `}, // a comma makes a cell more
		{one(1, `"n/d: x,y"`), "", `na=n/d%3A x%2Cy takes it as missing`},
		{one(1, "None") + "1,NA,0\n", "", "na=None,NA takes it as missing"},
		{one(1, "None"), "?types=b:number", `t.csv:42: column "b": "None" is no number: na=None`},
		{one(1, "N/A"), "?na=None", `"N/A" is no number`},
		{one(1, "1e999"), "", `t.csv:42: column "b": "1e999" is not finite`},
		{one(1, "0x10"), "", `"0x10" is no number`},
		{one(1, "1_000"), "", `"1_000" is no number`},
		{one(2, "None"), "", `t.csv:42: column "y": "None" is no number, as the other targets are: take the row out, or say types=y:category`},
		{table300(func(i int, row []string) {
			if i > 0 {
				row[1] = string(rune('a' + i%9))
			}
		}), "", `t.csv:2: column "b": "0" is a number among 299 texts: types=b:category`},
		{all("2026-01-%02d"), "", `t.csv:2: column "b": "2026-01-01" is a date or a time: write a number, such as days since the first; drop=b leaves the column out, types=b:category`},
		{all("%02d.03.2026"), "", "is a date"},
		{all("3/%d/26"), "", "is a date"},
		{all("2026-01-%02dT10:00:00Z"), "", "is a date"},
		{all("%d Mar 2026"), "", "is a date"},
		{all("12:%02d"), "", "is a date or a time"},
		{all("%d%%"), "", "is more than a plain number"},
		{all("$%d.50"), "", "is more than a plain number"},
		{all("%d 000"), "", "is more than a plain number"},
		{all(`"%d,5"`), "", `"1,5" has a comma: say decimal=comma`},
		{all("%d,5"), "", "t.csv:2: 4 cells where the first line has 3"},
		{all(`"0,%03d"`), "", "has a comma: say decimal=comma"},
		{all("%d.5"), "?decimal=comma", "has a decimal point, where decimal=comma says"},
		{table300(func(i int, row []string) { row[1] = fmt.Sprintf(`"%d,%03d"`, i, i) }), "", `t.csv:2: column "b": "0,000" has a comma: say decimal=comma`},
		{table300(func(i int, row []string) { row[1] = fmt.Sprintf("2026-%02d-%02d %d:00", i/28+1, i%28+1, i%24) }), "", `column "b": "2026-01-01 0:00" is a date`},
		{table300(func(i int, row []string) { row[2] = fmt.Sprintf("2026-01-%02d", i%2+1) }), "", `column "y": "2026-01-01" is a date`},
		{table300(func(i int, row []string) { row[2] = fmt.Sprintf(`"%d,5"`, i) }), "", `column "y": "0,5" has a comma`},
	} {
		_, err := Open(context.Background(), "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %q", test.query, err, test.want)
		}
	}
}

// What an error advises opens the table.
func TestCSVAdvice(t *testing.T) {
	one := table300(func(i int, row []string) {
		if i == 40 {
			row[1] = `"n/d: x,y & 5%"`
		}
		if i == 41 {
			row[1] = "NA"
		}
	})
	dates := table300(func(i int, row []string) { row[1] = fmt.Sprintf("2026-01-%02d", i%3+1) })
	commas := strings.ReplaceAll(strings.ReplaceAll(table300(func(int, []string) {}), ",", ";"), ".", ",")
	target := table300(func(i int, row []string) {
		if i < 30 {
			row[2] = "None"
		}
	})
	for _, test := range []struct {
		text, query string
		features    int
		classes     []string
	}{
		{one, "?na=n/d%3A x%2Cy %26 5%25,NA", 2, []string{"0", "1"}},
		{dates, "?drop=b", 1, []string{"0", "1"}},
		{dates, "?types=b:category", 4, []string{"0", "1"}},
		{commas, "?sep=semicolon&decimal=comma", 2, []string{"0", "1"}},
		{target, "?types=y:category", 2, []string{"0", "1", "None"}},
		{table300(func(i int, row []string) { row[1] = fmt.Sprint(i % 3) }), "?types=b:category,y:category", 4, []string{"0", "1"}},
		{table300(func(i int, row []string) { row[1] = fmt.Sprint(-999 * (i % 2)) }), "?na=-999.0", 2, []string{"0", "1"}},
	} {
		set := mustOpen(t, "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		if len(set.Features) != test.features || !slices.Equal(set.Classes, test.classes) {
			t.Errorf("%s: features %q, classes %q", test.query, set.Features, set.Classes)
		}
	}
}

// Equal numbers are one class and one category, whatever they are written like.
func TestCSVEqualNumbers(t *testing.T) {
	text := "x,y\n1,1\n2,1.0\n1.0,0\n2,0.0\n2.0,-0\n1,+1e0\n"
	set := mustOpen(t, "csv:"+writeFile(t, "t.csv", text)+"?types=x:category", Options{})
	if !slices.Equal(set.Classes, []string{"0", "1"}) || !slices.Equal(set.Features, []string{"x=1", "x=2"}) {
		t.Errorf("classes %q, features %q", set.Classes, set.Features)
	}
	base := set.Train.(*part).base.(*rows)
	if !slices.Equal(base.labels, []int32{1, 1, 0, 0, 0, 1}) || !slices.Equal(base.x, []float64{1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0}) {
		t.Errorf("labels %v, values %v", base.labels, base.x)
	}
	if !slices.ContainsFunc(set.Remarks, func(r string) bool { return strings.Contains(r, `"y"`) && strings.Contains(r, "1.0") }) {
		t.Errorf("remarks %q do not tell", set.Remarks)
	}
	// Identifiers that a float64 does not tell apart stay apart.
	text = "x,y\n1,9007199254740993\n2,9007199254740992\n3,9007199254740993\n4,9007199254740992\n"
	set = mustOpen(t, "csv:"+writeFile(t, "t.csv", text), Options{})
	if len(set.Classes) != 2 {
		t.Errorf("classes %q", set.Classes)
	}
}

// A first line that is a row is never taken for names.
func TestCSVFirstLine(t *testing.T) {
	iris := "5.1,3.5,setosa\n4.9,3,setosa\n6.2,2.9,virginica\n5.9,3,virginica\n"
	for _, test := range []struct{ text, query, want string }{
		{iris, "", `t.csv:1: "5.1" is a number above numbers, so that the first line looks like a row: say header=no where it is one, header=yes where it names the columns`},
		{"p,x,s\ne,x,s\np,b,s\ne,x,y\n", "", "t.csv:1: 3 of 3 names stand in their own columns again"},
		{"1,2,setosa\n2,3,setosa\n5,1,virginica\n", "", `"1" is a number above numbers`},
		{"1,red\n2,blue\n3,red\n", "", `"1" is a number above numbers`},
		{"2026-01-01,0.5,a\n2026-01-02,0.6,b\n", "", "above numbers"},
		{"1,2,3\n4,5,6\n", "", "above numbers"},
		{"?,3.5,setosa\n4.9,3,setosa\n6.2,2.9,virginica\n", "", `"3.5" is a number above numbers`},
		// These are names.
		{"0,1,2,label\n0.5,3,1,a\n0.7,2,5,b\n0.1,8,4,a\n", "", ""},
		{"country,2019,2020\nx,1,5\ny,2,6\nz,2,3\n", "?target=country", ""},
		{"a,5,y\n1,2,u\n2,3,v\n", "", ""},
		{"c0,x1,2nd,y\n1,2,3,u\n2,3,4,v\n", "", ""},
		{"shape,y\nround,y\nlong,n\nround,n\n", "", ""},
		{"2000,2005,y\n1,2,u\n2,3,v\n", "?header=yes", ""},
		{"2000,2005,y\n1,2,u\n2,3,v\n", "", "header=yes"},
	} {
		set, err := Open(context.Background(), "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q%s: %v", test.text, test.query, err)
		case test.want == "" && slices.Contains(set.Features, "#1"):
			t.Errorf("%q%s: features %q", test.text, test.query, set.Features)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q%s: error %v, want %q", test.text, test.query, err, test.want)
		}
	}
	set := mustOpen(t, "csv:"+writeFile(t, "t.csv", iris)+"?header=no&drop=#2", Options{})
	if base := set.Train.(*part).base.(*rows); !slices.Equal(base.x, []float64{5.1, 4.9, 6.2, 5.9}) || !slices.Equal(set.Features, []string{"#1"}) {
		t.Errorf("features %q, values %v", set.Features, base.x)
	}
}

// What is left out or looks odd is told.
func TestCSVRemarks(t *testing.T) {
	for _, test := range []struct {
		text, query string
		want        []string
		features    []string
	}{
		{"a,y\n0.5,u\n0.5,v\n", "", nil, []string{"a"}},
		{"a,y,\n0.5,u,\n0.5,v,\n", "", []string{"column 3 has neither a name nor values: left out"}, []string{"a"}},
		{",a,y\n0,0.5,u\n1,0.5,v\n2,3,u\n", "", []string{"as a saved index has: left out (types=#1:number keeps it)"}, []string{"a"}},
		{",a,y\n0,0.5,u\n1,0.5,v\n2,3,u\n", "?types=#1:number", []string{`column "#1" counts the rows`}, []string{"#1", "a"}},
		{"Unnamed: 0,a,y\n0,0.5,u\n1,0.5,v\n2,3,u\n", "", []string{"left out (types=Unnamed%3A 0:number keeps it)"}, []string{"a"}},
		{"a,,y\n0.5,7,u\n0.5,7,v\n", "", []string{"column 2 has no name: it is called #2"}, []string{"a", "#2"}},
		{",a,y\n0.5,7,u\n0.7,7,v\n", "", []string{"column 1 has no name: it is called #1"}, []string{"#1", "a"}},
		{"a,,y\n0.5,7,u\n0.5,7,v\n", "?drop=#2", nil, []string{"a"}},
		{"id,a,y\n1,7,u\n2,7,v\n3,8,u\n", "", []string{`column "id" counts the rows: if that says nothing about the target, leave it out by drop=id`}, []string{"id", "a"}},
		{"a,y\n0.5,u,,\n0.5,v\n0.5,v,\n", "", []string{"2 rows end in empty cells beyond the last column, which are left out (line 2 is the first)"}, []string{"a"}},
		{"a,b,y\n0.5,u,1\n,NA,0\n", "", []string{`2 cells are missing (1 empty, the others a mark of na=), in "a", "b": the mean stands for a number, no category for a text`}, []string{"a", "b=u"}},
		{"a,y\n0.5,yes\n0.7,Yes\n", "", []string{`"Yes" and "yes" of column "y" differ in capitals alone`}, []string{"a"}},
	} {
		set := mustOpen(t, "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		if !slices.Equal(set.Features, test.features) {
			t.Errorf("%q%s: features %q, want %q", test.text, test.query, set.Features, test.features)
		}
		if len(set.Remarks) != len(test.want) {
			t.Errorf("%q%s: remarks %q, want %q", test.text, test.query, set.Remarks, test.want)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(set.Remarks[i], "t.csv: ") || !strings.Contains(set.Remarks[i], want) {
				t.Errorf("%q%s: remark %q, want %q", test.text, test.query, set.Remarks[i], want)
			}
		}
	}
}

// A leading empty cell between tabs is a missing value, not a cell less.
func TestCSVTabs(t *testing.T) {
	set := mustOpen(t, "csv:"+writeFile(t, "t.tsv", "a\tb\ty\n1\t\t0\n\t5\t1\n")+"?sep=tab", Options{})
	x := make([]float32, 2)
	for _, s := range []Split{set.Train, set.Test} {
		for i := range s.Len() {
			if err := s.Read(t.Context(), i, x); err != nil {
				t.Fatal(err)
			}
			// One of the two cells is missing, the other is the only value or in the other part.
			if x[0] != 0 && x[1] != 0 {
				t.Errorf("row %v: no cell is missing", x)
			}
		}
	}
	set = mustOpen(t, "csv:"+writeFile(t, "t.tsv", "\ta\ty\n0\t0.5\tu\n1\t0.3\tv\n2\t0.1\tu\n")+"?sep=tab", Options{})
	if !slices.Equal(set.Features, []string{"a"}) {
		t.Errorf("features %q: the saved index is one", set.Features)
	}
}

func TestParamNames(t *testing.T) {
	for _, name := range []string{"100%", "a,b", "R&D", "x:y", "%2C", "5%2", "ü", "a\nb", "?=x"} {
		if got := unescape(escape(name)); got != name {
			t.Errorf("%q is written %q and read %q", name, escape(name), got)
		}
	}
	file := writeFile(t, "what?x=1.csv", "\"a,b\",R&D,100%,y\n1,2,3,?\n2,3,4,0\n3,4,?,0\n")
	set := mustOpen(t, "csv:"+file+"?target=R%26D&drop=a%2Cb,y&na=?", Options{})
	if !slices.Equal(set.Features, []string{"100%"}) || !strings.Contains(set.Title, `"R&D"`) {
		t.Errorf("features %q of %s", set.Features, set.Title)
	}
}
