package dnnl

const streamDefault = 1

// Stream is where executions are submitted, in order.
type Stream struct {
	lib    *Library
	handle uintptr
}

// NewStream returns a stream on the engine.
func (e *Engine) NewStream() (*Stream, error) {
	out := newCell()
	status := int32(call(e.lib.fn.streamCreate, out.addr(), e.handle, streamDefault))
	if err := e.lib.check(status, "creating a stream"); err != nil {
		return nil, err
	}
	e.lib.live.streams.Add(1)
	return &Stream{e.lib, out.v}, nil
}

// Wait returns when everything submitted is done. On the CPU runtimes accepted here it already is when
// [Execution.Run] returns.
func (s *Stream) Wait() error {
	return s.lib.check(int32(call(s.lib.fn.streamWait, s.handle)), "waiting for the stream")
}

// Destroy frees the stream.
func (s *Stream) Destroy() {
	if s == nil || s.handle == 0 {
		return
	}
	call(s.lib.fn.streamDestroy, s.handle)
	s.handle = 0
	s.lib.live.streams.Add(-1)
}
