package onednn

import (
	"runtime"
	"unsafe"
)

// winogradTask is a part of a winogradConv for the team.
type winogradTask struct {
	w                        *winogradConv
	kind                     winogradPart
	out, first, second, bias unsafe.Pointer
}

type winogradPart int

const (
	winogradBlocks winogradPart = iota // a part is a block of weights
	winogradPieces                     // a part is a piece of the results
	winogradSums                       // a part is every n-th piece, which one u sums up, n the number of sums
)

func (t *winogradTask) do(kind winogradPart, parts int) {
	t.kind = kind
	t.w.team.Do(t, parts)
}

// Part implements kernel.Task.
func (t *winogradTask) Part(part, worker int) {
	w := t.w
	switch t.kind {
	case winogradBlocks:
		t.block(part, &w.workers[worker])
	case winogradPieces:
		defer w.singly()()
		t.piece(&w.workers[worker], part*w.atOnce)
	case winogradSums: // the parts have workers of their own: they are no more
		defer w.singly()()
		k := &w.workers[part]
		k.adding = false
		for row := part * w.atOnce; row < w.rows; row += w.sums * w.atOnce {
			t.sum(k, row)
		}
	}
}

// singly makes the library compute on the calling thread alone until the returned function is called.
func (w *winogradConv) singly() (end func()) {
	if w.panels {
		return func() {}
	}
	runtime.LockOSThread()
	w.lib.SetThreads(1)
	return runtime.UnlockOSThread
}

func (t *winogradTask) block(block int, k *winogradWorker) {
	w := t.w
	if w.kind != convBackwardWeights {
		w.conv.Weights(k.buffer, w.workers[0].u, t.second, w.uPlane, block, w.kind == convBackwardData)
		return
	}
	w.conv.WeightsGradient(k.buffer, t.out, w.us, w.uPlane, block)
}

func (t *winogradTask) piece(k *winogradWorker, row int) {
	w := t.w
	if w.kind == convForward {
		w.conv.Input(k.buffer, k.v, t.first, w.vPlane, row, w.atOnce)
	} else {
		w.conv.OutputGradient(k.buffer, k.v, t.first, w.vPlane, row, w.atOnce)
	}
	if w.panels {
		w.conv.Multiply(k.buffer, k.m, k.v, k.u, w.mPlane, w.vPlane, w.uPlane, w.tiles, w.kind == convBackwardData)
	} else if err := k.product.Run(k.stream); err != nil {
		k.err = err
		return
	}
	if w.kind == convForward {
		w.conv.Output(k.buffer, t.out, k.m, t.bias, w.mPlane, row, w.atOnce)
	} else {
		w.conv.InputGradient(k.buffer, t.out, k.m, w.mPlane, row, w.atOnce)
	}
}

func (t *winogradTask) sum(k *winogradWorker, row int) {
	w := t.w
	w.conv.Input(k.buffer, k.v, t.first, w.vPlane, row, w.atOnce)
	w.conv.Gradient(k.buffer, k.m, t.second, w.mPlane, row, w.atOnce)
	adding := k.adding
	k.adding = true
	if w.panels {
		w.conv.MultiplyTiles(k.buffer, k.u, k.v, k.m, w.uPlane, w.vPlane, w.mPlane, w.tiles, adding)
		return
	}
	product := k.product
	if adding {
		product = k.adds
	}
	if err := product.Run(k.stream); err != nil {
		k.err = err
	}
}
