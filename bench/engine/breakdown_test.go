package main

import (
	"reflect"
	"testing"
)

func TestParseReport(t *testing.T) {
	b := parseReport(`evaluate: 2 executions, 1ms each; 1 MiB for what lives within one
       1ms 100.0 %    1× move

       1ms 100.0 %    1× move | Slice

train_step: 25 executions, 46.2ms each; 7 MiB for what lives within one
  13.964ms  67.4 %    6× conv bwd weights
     369µs   1.8 %   10× move

  13.964ms  67.4 %    6× conv bwd weights | x64:gemm:jit

`)
	want := &breakdown{step: "46.2ms", rows: [][]string{{"conv bwd weights", "6", "13.964ms", "67.4 %"}, {"move", "10", "369µs", "1.8 %"}}}
	if !reflect.DeepEqual(b, want) {
		t.Errorf("got %+v, want %+v", b, want)
	}
	if b := parseReport("no profile"); b != nil {
		t.Errorf("got %+v, want none", b)
	}
}

func TestSpread(t *testing.T) {
	if lo, mid, hi := spread([]float64{3, 1, 2}); lo != 1 || mid != 2 || hi != 3 {
		t.Errorf("got %v, %v, %v", lo, mid, hi)
	}
}
