//go:build unix && !linux

package train

import "errors"

func mountTiny(string) error { return errors.ErrUnsupported }

func unmount(string) error { return nil }
