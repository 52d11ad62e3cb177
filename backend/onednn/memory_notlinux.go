//go:build unix && !linux

package onednn

func adviseHugePages([]byte) {}
