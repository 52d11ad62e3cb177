package layers

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/vicinal-ml/vicinal"
)

// Every import of the module stands in ARCHITECTURE.md's table.
func TestLayers(t *testing.T) {
	markdown, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := Table(string(markdown))
	if err != nil {
		t.Fatal(err)
	}
	imports, err := Imports(root, module)
	if err != nil {
		t.Fatal(err)
	}
	if len(imports["train"]) == 0 || !slices.Contains(imports["cmd/vicinal"], "cmd/vicinal/internal/cli") {
		t.Fatalf("%d packages were read below %s, and train or cmd/vicinal is not among them with what it imports", len(imports), root)
	}
	for _, room := range rooms {
		for _, folder := range room.Folders {
			if info, err := os.Stat(filepath.Join(root, folder)); err != nil || !info.IsDir() {
				t.Errorf("ARCHITECTURE.md, Rooms: `%s` is no folder", folder)
			}
		}
	}
	for _, fault := range Check(rooms, imports) {
		t.Error("ARCHITECTURE.md, Rooms: " + fault)
	}
}

func TestTable(t *testing.T) {
	const markdown = "# A\n\n## Rooms\n\nText with `code`.\n\n| folder | what | may import |\n| --- | --- | --- |\n" +
		"| `cmd/a` | main | all below |\n| `b`, `c/d` | both, of `x` | `e` (one thing), GoMLX |\n| `e` | a leaf | |\n\n## Next\n\n| `f` | not | this |\n"
	got, err := Table(markdown)
	want := []Room{
		{Folders: []string{"cmd/a"}, AllBelow: true},
		{Folders: []string{"b", "c/d"}, Imports: []string{"e"}, GoMLX: true},
		{Folders: []string{"e"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, bad := range []struct{ markdown, want string }{
		{"# A\n", "no section"},
		{"\n## Rooms\n\nText.\n\n## Next\n| `a` | b | |\n", "no table"},
		{"\n## Rooms\n| `a` | one | two | |\n", "4 cells"},
		{"\n## Rooms\n| `a` | one | |\n| `a` | two | |\n", "two rows for a"},
	} {
		if _, err := Table(bad.markdown); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%q: %v, want %q", bad.markdown, err, bad.want)
		}
	}
}

func TestCheck(t *testing.T) {
	rooms := []Room{
		{Folders: []string{"cmd"}, AllBelow: true},
		{Folders: []string{"train"}, Imports: []string{"zoo", "mix"}, GoMLX: true},
		{Folders: []string{"zoo"}, Imports: []string{"internal"}},
		{Folders: []string{"mix"}},
		{Folders: []string{"studies"}},
		{Folders: []string{"internal"}},
	}
	const gomlx = "github.com/gomlx/gomlx/core/graph"
	sound := map[string][]string{
		"cmd/a":            {"train", "zoo", "fmt", "internal/leaf"},
		"train":            {"zoo", "mix", gomlx, "train/internal/b"},
		"train/internal/b": {"mix"},
		"zoo":              {"internal/leaf"},
		"mix":              {"strings"},
		"internal/leaf":    {"internal/twig"},
		"internal/twig":    {},
	}
	if faults := Check(rooms, sound); len(faults) > 0 {
		t.Errorf("faults in what is sound: %q", faults)
	}
	for _, c := range []struct {
		name, pkg string
		imports   []string
		rooms     func([]Room)
		want      string
	}{
		{name: "upwards", pkg: "mix", imports: []string{"train"}, want: "mix imports train, and its row does not name `train`"},
		{name: "leaf", pkg: "internal/leaf", imports: []string{"zoo"}, want: "internal/leaf imports zoo, and its row does not name `zoo`"},
		{name: "sideways", pkg: "zoo", imports: []string{"internal/leaf", "mix"}, want: "zoo imports mix, and its row does not name `mix`"},
		{name: "below a room", pkg: "train/internal/b", imports: []string{"mix", "internal/twig"},
			want: "train/internal/b imports internal/twig, and its row does not name `internal`"},
		{name: "below is not above", pkg: "cmd/a", imports: []string{"train"}, rooms: func(r []Room) { r[0], r[1] = r[1], r[0] },
			want: "cmd/a imports train, and its row does not name `train`"},
		{name: "framework", pkg: "mix", imports: []string{gomlx}, want: "mix imports " + gomlx + ", and its row does not name GoMLX"},
		{name: "no row", pkg: "taskforce", want: "taskforce has no row in the table"},
		{name: "unused", pkg: "zoo", want: "the row of `zoo` names `internal`, which none of its packages imports"},
		{name: "unused framework", pkg: "train", imports: []string{"zoo", "mix"},
			want: "the row of `train` names GoMLX, which none of its packages imports"},
		{name: "order", pkg: "mix", rooms: func(r []Room) { r[1], r[2] = r[2], r[1] },
			want: "the row of `train` names `zoo`, which does not stand below it"},
		{name: "unknown", pkg: "mix", rooms: func(r []Room) { r[3].Imports = []string{"stream"} },
			want: "the row of `mix` names `stream`, which has no row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed, table := map[string][]string{}, slices.Clone(rooms)
			for k, v := range sound {
				changed[k] = v
			}
			changed[c.pkg] = c.imports
			if c.rooms != nil {
				c.rooms(table)
			}
			if faults := Check(table, changed); !slices.Contains(faults, c.want) {
				t.Errorf("faults %q, want %q among them", faults, c.want)
			}
		})
	}
}
