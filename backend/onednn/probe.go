package onednn

import "github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"

// LibraryInfo says which oneDNN library is used, its version, the CPU instruction set that it uses, and how it uses
// threads.
type LibraryInfo = dnnl.Info

// NotFoundError is what [New] and [Probe] return, wrapped, where no oneDNN library can be used.
type NotFoundError = dnnl.NotFoundError

// Probe opens the oneDNN library that [New] would use and says what it is; an error is the one that New would return.
// The library stays open for the life of the process.
func Probe() (LibraryInfo, error) {
	lib, err := dnnl.Load()
	if err != nil {
		return LibraryInfo{}, err
	}
	return lib.Info(), nil
}
