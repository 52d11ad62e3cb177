//go:build !amd64

package kernel

func vectorISAs() []ISA { return nil }

func opTableFor(ISA) *opTable { return portableTable() }
