package dnnl

import (
	"fmt"
	"sync/atomic"
)

// Live counts the native objects of a library that were created and not yet destroyed.
type Live struct {
	Engines, Streams, Descs, Memories, PrimitiveDescs, Primitives, Executions int64
}

// Total is their sum.
func (l Live) Total() int64 {
	return l.Engines + l.Streams + l.Descs + l.Memories + l.PrimitiveDescs + l.Primitives + l.Executions
}

func (l Live) String() string {
	return fmt.Sprintf("%d engines, %d streams, %d descriptors, %d memories, %d primitive descriptors, %d primitives, "+
		"%d executions", l.Engines, l.Streams, l.Descs, l.Memories, l.PrimitiveDescs, l.Primitives, l.Executions)
}

type counts struct {
	engines, streams, descs, memories, primitiveDescs, primitives, executions atomic.Int64
}

// Live says how many native objects exist. Zero of everything means that nothing leaked.
func (l *Library) Live() Live {
	c := &l.live
	return Live{
		Engines: c.engines.Load(), Streams: c.streams.Load(), Descs: c.descs.Load(), Memories: c.memories.Load(),
		PrimitiveDescs: c.primitiveDescs.Load(), Primitives: c.primitives.Load(), Executions: c.executions.Load(),
	}
}
