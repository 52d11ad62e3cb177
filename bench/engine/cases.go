package main

import (
	"fmt"
	"strings"
)

// benchCase is one network with its input and batch.
type benchCase struct {
	name    string
	model   string // of the zoo
	shape   string // channels x height x width, of synthetic data
	classes int
	batch   int
	steps   int // a turn
	warmUp  int // steps that compile and choose algorithms
}

var cases = []benchCase{
	{"preactresnet18", "preactresnet18", "3x32x32", 10, 128, 5, 5},
	{"wideresnet28-10", "wideresnet", "3x32x32", 10, 32, 2, 3},
	{"resnet50", "resnet50", "3x224x224", 1000, 16, 2, 3},
	{"vgg11", "vgg11", "1x160x101", 30, 100, 2, 3},
	{"mlp", "mlp:128,128", "1x32x1", 2, 16, 2000, 200},
}

func caseNames() []string {
	var names []string
	for _, c := range cases {
		names = append(names, c.name)
	}
	return names
}

func findCase(name string) (benchCase, error) {
	for _, c := range cases {
		if c.name == name {
			return c, nil
		}
	}
	return benchCase{}, fmt.Errorf("unknown case %q; known are %s", name, strings.Join(caseNames(), ", "))
}
