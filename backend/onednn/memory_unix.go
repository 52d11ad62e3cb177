//go:build unix

package onednn

import "syscall"

// mapMemory maps size bytes of zeroed memory from the system.
func mapMemory(size int) ([]byte, error) {
	m, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	adviseHugePages(m)
	return m, nil
}

// unmapMemory gives back what mapMemory returned. It can only fail for memory that was never mapped.
func unmapMemory(m []byte) { _ = syscall.Munmap(m) }
