package photo

import (
	"fmt"
	"os"
	"sync"
)

// Variable is the environment variable that chooses the JPEG decoder: "go" for
// image/jpeg, "turbo" for libturbojpeg or an error where there is none; unset or empty
// takes libturbojpeg where it is installed.
const Variable = "VICINAL_JPEG"

// Names of the decoders.
const (
	Turbo = "libturbojpeg"
	Go    = "image/jpeg"
)

// JPEGDecoder returns what decodes JPEG files, Turbo or Go. Their pixels differ by
// rounding: by at most 5 of 255 levels on photographs, by half a level on average (where one
// chroma sample stands for two columns or for two by two pixels, or there is one for each pixel).
func JPEGDecoder() (string, error) {
	t, err := turboOrNot()
	if err != nil {
		return "", err
	}
	if t == nil {
		return Go, nil
	}
	return Turbo, nil
}

// turboOrNot returns the library, nil where Go's decoder is to be used. It
// looks once.
var turboOrNot = sync.OnceValues(func() (*turbo, error) { return choose(os.Getenv(Variable), loadTurbo) })

func choose(asked string, load func() *turbo) (*turbo, error) {
	switch asked {
	case "go":
		return nil, nil
	case "turbo":
		if t := load(); t != nil {
			return t, nil
		}
		return nil, fmt.Errorf("%s=turbo, but there is no %s", Variable, turboNames()[0])
	case "":
		return load(), nil
	}
	return nil, fmt.Errorf("%s=%q is neither \"go\" nor \"turbo\"", Variable, asked)
}
