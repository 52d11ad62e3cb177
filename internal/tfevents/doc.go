// Package tfevents writes event files that TensorBoard reads: a sequence of
// TFRecords, each a serialised Event message.
//
// The messages are those of TensorFlow's event.proto and summary.proto, of
// which only scalars and session logs are written.
package tfevents
