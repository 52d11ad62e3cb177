package onednn

import "fmt"

// String implements compute.Backend. It is a configuration that gives the same numbers on the same machine, such as
// "onednn:threads=2,deterministic": sums are split among the threads.
func (b *Backend) String() string {
	if b.options.fallback {
		return BackendName + ":fallback"
	}
	text := fmt.Sprintf("%s:threads=%d", BackendName, b.threads)
	if b.options.deterministic {
		text += ",deterministic"
	}
	if b.options.mixed {
		text += ",mixed"
	}
	return text
}

// Library names what computes: the version of oneDNN and the instruction set it uses, "" with the option fallback.
func (b *Backend) Library() string {
	if b.lib == nil {
		return ""
	}
	info := b.lib.Info()
	return fmt.Sprintf("oneDNN %v, %s", info.Version, info.ISA)
}

// Mixed reports whether float32 convolutions and matrix products may be computed in bfloat16.
func (b *Backend) Mixed() bool { return b.options.mixed }
