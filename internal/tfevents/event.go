package tfevents

import (
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Scalar is a named number at a step.
type Scalar struct {
	Tag   string
	Value float64 // written as float32, as the format has it
}

// The numbers of the fields, from event.proto and summary.proto.
const (
	eventWallTime    = 1
	eventStep        = 2
	eventFileVersion = 3
	eventSummary     = 5
	eventSessionLog  = 7

	summaryValue = 1
	valueTag     = 1
	valueSimple  = 2

	sessionStatus = 1
	statusStart   = 1
)

// version is of the format, and the first event of every file.
const version = "brain.Event:2"

func event(at time.Time, step int64) []byte {
	b := protowire.AppendTag(nil, eventWallTime, protowire.Fixed64Type)
	b = protowire.AppendFixed64(b, math.Float64bits(float64(at.UnixNano())/1e9))
	b = protowire.AppendTag(b, eventStep, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(step))
}

func versionEvent(at time.Time) []byte {
	b := protowire.AppendTag(event(at, 0), eventFileVersion, protowire.BytesType)
	return protowire.AppendString(b, version)
}

// startEvent says that a session begins at a step: readers forget what earlier
// files say of it and of later ones.
func startEvent(at time.Time, step int64) []byte {
	log := protowire.AppendTag(nil, sessionStatus, protowire.VarintType)
	log = protowire.AppendVarint(log, statusStart)
	b := protowire.AppendTag(event(at, step), eventSessionLog, protowire.BytesType)
	return protowire.AppendBytes(b, log)
}

func scalarsEvent(at time.Time, step int64, scalars []Scalar) []byte {
	var summary []byte
	for _, s := range scalars {
		value := protowire.AppendTag(nil, valueTag, protowire.BytesType)
		value = protowire.AppendString(value, s.Tag)
		value = protowire.AppendTag(value, valueSimple, protowire.Fixed32Type)
		value = protowire.AppendFixed32(value, math.Float32bits(float32(s.Value)))
		summary = protowire.AppendTag(summary, summaryValue, protowire.BytesType)
		summary = protowire.AppendBytes(summary, value)
	}
	b := protowire.AppendTag(event(at, step), eventSummary, protowire.BytesType)
	return protowire.AppendBytes(b, summary)
}
