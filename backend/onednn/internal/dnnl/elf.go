package dnnl

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checkFile refuses a file that is cut short or made for another machine. The dynamic linker trusts its files: opening
// one that is shorter than it says ends the process with a bus error.
func checkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	lib, err := elf.NewFile(f)
	if err != nil {
		return fmt.Errorf("%s is not a whole shared library: %w", path, err)
	}
	want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[arch]
	if lib.Type != elf.ET_DYN || lib.Machine != want {
		return fmt.Errorf("%s is %v for %v, wanted a shared library for %v", path, lib.Type, lib.Machine, want)
	}
	for _, p := range lib.Progs {
		if end := p.Off + p.Filesz; end < p.Off || end > uint64(info.Size()) {
			return fmt.Errorf("%s is damaged: of %d bytes, wanted at least %d", path, info.Size(), end)
		}
	}
	return nil
}

// locate is the file that the dynamic linker will most likely open for a name, empty if it is not known: the linker
// also asks its cache.
func locate(name string) string {
	if strings.ContainsRune(name, '/') {
		return name
	}
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[arch]
	dirs := append(filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")),
		"/usr/local/lib", "/lib/"+triplet, "/usr/lib/"+triplet, "/lib64", "/usr/lib64", "/lib", "/usr/lib")
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}
