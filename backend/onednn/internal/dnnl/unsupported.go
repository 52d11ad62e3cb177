package dnnl

import (
	"fmt"
	"runtime"
)

const arch = runtime.GOARCH

var errUnsupported = fmt.Errorf("oneDNN is supported on linux/amd64 and linux/arm64, not on %s/%s", runtime.GOOS, arch)
