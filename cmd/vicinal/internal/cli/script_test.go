package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/vicinal-ml/vicinal/train"
)

func TestMain(m *testing.M) {
	if os.Getenv(sleeperVariable) != "" {
		sleep()
	}
	testscript.Main(m, map[string]func(){
		"vicinal": func() { os.Exit(Main(os.Args[1:])) },
	})
}

// testDataVariable names the folder with copies of real data sets.
const testDataVariable = "VICINAL_TEST_DATA"

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestScripts runs the scripts of testdata/script, each a session of a user at a shell.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			// A shell's own settings must not decide a test.
			env.Vars = append(env.Vars, "NO_COLOR=", "VICINAL_DATA="+env.WorkDir+"/none",
				testDataVariable+"="+os.Getenv(testDataVariable))
			return nil
		},
		Condition: func(name string) (bool, error) {
			kind, path, _ := strings.Cut(name, ":")
			switch kind {
			case "exists":
				return exists(path), nil
			case "testdata":
				folder := os.Getenv(testDataVariable)
				return folder != "" && exists(filepath.Join(folder, path)), nil
			case "backend":
				backend, err := train.Backend(path)
				if err != nil {
					return false, nil
				}
				backend.Finalize()
				return true, nil
			case "mount":
				return canMount(), nil
			case "root":
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": exits, "lines": lines, "interrupt": interrupt, "killed": killed, "smalldisk": smallDisk, "same": same, "zipped": zipped, "cifarfirst": cifarFirst, "waitlines": waitLines, "pictures": pictures, "scenes": scenes, "spoiled": spoiled,
		},
	})
}
