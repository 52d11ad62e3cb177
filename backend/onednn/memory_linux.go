package onednn

import "syscall"

// adviseHugePages asks for huge pages; without them everything works, slower.
func adviseHugePages(m []byte) { _ = syscall.Madvise(m, syscall.MADV_HUGEPAGE) }
