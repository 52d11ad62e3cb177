package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn"
	"github.com/vicinal-ml/vicinal/data"
)

// checkOneDNN opens the oneDNN library that the backend would use.
func checkOneDNN() Check {
	c := Check{Name: "oneDNN", Status: StatusMissing}
	info, err := onednn.Probe()
	var missing *onednn.NotFoundError
	switch {
	case err == nil:
		c.Found, c.Status = fmt.Sprintf("version %v, instruction set %s, %v, %s", info.Version, info.ISA, info.Runtime, info.Path), StatusOK
	case errors.As(err, &missing):
		c.Found, c.Fix = missing.Tried(), missing.Advice()
	default:
		c.Found, c.Fix = err.Error(), "unset ONEDNN_LIBRARY, or name a whole oneDNN library of version 2.6 or newer in it"
		if os.Getenv("ONEDNN_LIBRARY") == "" {
			c.Fix = ""
		}
	}
	return c
}

// checkXLA looks for a PJRT plugin where GoMLX's XLA backend would.
func checkXLA() Check {
	c := Check{Name: "XLA", Status: StatusMissing}
	folders := pluginFolders()
	var plugins []string
	for _, folder := range folders {
		for _, pattern := range []string{"pjrt_c_api_*_plugin.so", "pjrt-plugin-*.so", "pjrt_plugin_*.so"} {
			found, err := filepath.Glob(filepath.Join(folder, pattern))
			if err != nil {
				continue
			}
			plugins = append(plugins, found...)
		}
	}
	if len(plugins) == 0 {
		c.Found = "no PJRT plugin (pjrt_c_api_*_plugin.so) in " + strings.Join(folders, ", ")
		c.Fix = "name the folder of a plugin, such as one of PyPI's package lammps-jax-pjrt-cpu, in PJRT_PLUGIN_LIBRARY_PATH"
	} else {
		c.Found, c.Status = strings.Join(plugins, ", "), StatusOK
	}
	if !slices.Contains(compute.List(), "xla") {
		c.notBuiltIn()
	}
	return c
}

// turboNames are the names under which libturbojpeg's shared library is looked for.
var turboNames = []string{"libturbojpeg.so.0", "libturbojpeg.so"}

// checkJPEG says what decodes JPEG files.
func checkJPEG() Check {
	c := Check{Name: "JPEG", Status: StatusOK}
	decoder, err := data.JPEGDecoder()
	switch {
	case err != nil:
		c.Status, c.Found, c.Fix = StatusMissing, err.Error(), "unset "+data.JPEGVariable+": JPEG files cannot be read until then"
	case decoder == "libturbojpeg":
		c.Found = decoder
		if path := findLibrary(turboNames, libraryFolders()); path != "" {
			c.Found = path
		}
	case os.Getenv(data.JPEGVariable) == "go":
		c.Found = "Go's own decoder, by " + data.JPEGVariable + "=go"
	default:
		c.Status, c.Found = StatusMissing, "no libturbojpeg; Go's own decoder takes several times as long"
		c.Fix = `"apt-get install libturbojpeg0" (Debian), "libturbojpeg" (Ubuntu), "dnf install turbojpeg" (Fedora), "brew install jpeg-turbo" (macOS)`
	}
	return c
}

// notBuiltIn says that what was found, or not, does not matter to this build.
func (c *Check) notBuiltIn() {
	c.Status, c.Found, c.Fix = StatusMissing, "the backend is not in this build; library: "+c.Found, ""
}

// pluginFolders are the folders in which GoMLX looks for PJRT plugins.
func pluginFolders() []string {
	if paths, set := os.LookupEnv("PJRT_PLUGIN_LIBRARY_PATH"); set {
		return slices.DeleteFunc(filepath.SplitList(paths), func(p string) bool { return p == "" })
	}
	folders := []string{"/usr/local/lib/go-xla"}
	if home, err := os.UserHomeDir(); err == nil {
		folders = append([]string{filepath.Join(home, ".local/lib/go-xla")}, folders...)
	}
	return folders
}

// libraryFolders are the folders in which the dynamic loader looks, in its order: LD_LIBRARY_PATH, those in
// the loader's cache, and its defaults.
func libraryFolders() []string {
	folders := filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))
	for _, ldconfig := range []string{"ldconfig", "/sbin/ldconfig", "/usr/sbin/ldconfig"} {
		out, err := exec.Command(ldconfig, "-p").Output()
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(out))
		for lines.Scan() {
			if _, path, ok := strings.Cut(lines.Text(), " => "); ok {
				folders = append(folders, filepath.Dir(path))
			}
		}
		break
	}
	folders = append(folders, "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib")
	seen := make(map[string]bool)
	return slices.DeleteFunc(folders, func(p string) bool {
		again := p == "" || seen[p]
		seen[p] = true
		return again
	})
}

// findLibrary is the path of the first of names that is in one of the folders, or "".
func findLibrary(names, folders []string) string {
	for _, name := range names {
		for _, folder := range folders {
			path := filepath.Join(folder, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path
			}
		}
	}
	return ""
}
