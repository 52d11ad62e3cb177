// Package agreement holds tests that train one network on several backends,
// XLA's among them, and compare the losses. They are apart from the backends'
// own tests because only they link XLA's client, which needs cgo.
package agreement
