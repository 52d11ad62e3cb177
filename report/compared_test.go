package report

import "github.com/vicinal-ml/vicinal/measure"

// testError is what classifiers are compared by.
var testError = measure.Measure{Name: "error", Title: "%s error", Unit: "%", Better: measure.Lower, Part: measure.Test}
