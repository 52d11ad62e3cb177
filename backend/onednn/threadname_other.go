//go:build !linux

package onednn

func nameThread(string) {}

func onMainThread() bool { return false }
