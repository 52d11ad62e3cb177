# vicinal: build, test, demonstrate. `make help` lists the targets.

# Lets an older Go (1.21 and newer) fetch the toolchain that go.mod names.
export GOTOOLCHAIN := auto
# The vector matrix products of GoMLX's Go backend are behind this experiment.
export GOEXPERIMENT ?= simd

GO      ?= go
BIN     := bin/vicinal
OUT     ?= runs/demo
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Packages whose goroutines the race detector watches.
RACE := ./stream/... ./mix/... ./data/... ./study/... ./train/... ./internal/... ./cmd/...
# Of the oneDNN backend, what runs on several goroutines and threads.
RACEONEDNN := Concurrent|Finalize|NewFails|Algorithm|FuzzGraph|Closure|Grouped|Deterministic
# The pointer checks that come with it stop at the assembly of GoMLX.
RACEFLAGS := -short -timeout 30m -gcflags=all=-d=checkptr=0

.PHONY: help build demo test test-long fuzz unpack-cifar lint fmt vet staticcheck race unit bench-engine bench-speed bench-data bench-parity bench-mix clean FORCE

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

build: $(BIN) ## build the program into bin/

$(BIN): FORCE
	$(GO) build -trimpath -ldflags "-X github.com/vicinal-ml/vicinal/cmd/vicinal/internal/cli.version=$(VERSION)" -o $@ ./cmd/vicinal

demo: $(BIN) ## compare ERM, SamplePairing and mixup on the embedded digits (OUT=runs/demo)
	$(BIN) compare --data digits --out $(OUT)
	$(BIN) toy --study $(OUT) --out $(OUT)/toy.png

test: lint race unit ## formatting, vet, staticcheck, race detector, every test

lint: fmt vet staticcheck ## formatting, vet and staticcheck

fmt:
	@bad=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$bad" ]; then echo "not formatted, run gofmt -w on:"; echo "$$bad"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

race: ## the race detector, where a C compiler is at hand
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v $$($(GO) env CC) >/dev/null; then \
		echo "$(GO) test -race $(RACEFLAGS) $(RACE)"; $(GO) test -race $(RACEFLAGS) $(RACE) && \
		$(GO) test -race $(RACEFLAGS) -run '$(RACEONEDNN)' ./backend/onednn; \
	else echo "race detector: skipped, it needs cgo and a C compiler ($$($(GO) env CC))"; fi

unit: ## every test
	$(GO) test ./...

test-long: test ## also the tests too long for every change
	$(GO) test -tags long -timeout 60m ./...

# What a target finds is kept under testdata/fuzz of its package, and is a test of it from then on.
FUZZTIME ?= 10m

fuzz: ## every fuzz target, one after another (FUZZTIME=10m each)
	@listed=$$($(GO) test -list '^Fuzz' ./...) || { echo "$$listed"; exit 1; }; \
	echo "$$listed" | awk '/^Fuzz/ {names[++n] = $$1} /^ok/ {for (i = 1; i <= n; i++) print $$2, names[i]; n = 0}' | { \
	failed=; while read -r package name; do \
		echo "$$package $$name"; \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null || failed="$$failed $$name"; \
	done; \
	[ -z "$$failed" ] || { echo "findings:$$failed"; exit 1; }; }

unpack-cifar: ## the CIFAR sets of VICINAL_TEST_DATA for all tests of a run, into the folder VICINAL_TEST_CIFAR
	$(GO) run ./internal/cifartest/unpack "$${VICINAL_TEST_CIFAR:?names no folder to unpack into}"

bench-engine: ## training steps beside PyTorch (YARDSTICK=source.cpp adds the step scheduled by hand)
	$(GO) run ./bench/engine $(if $(YARDSTICK),-yardstick $(YARDSTICK)) $(ARGS)

bench-speed: ## training steps beside PyTorch's with loading and augmentation on both sides
	$(GO) run ./bench/engine -loading $(ARGS)

bench-data: ## the loader beside torchvision
	$(GO) run ./bench/data $(ARGS)

bench-parity: ## logits and training steps beside PyTorch's, from the same weights
	$(GO) run ./bench/parity $(ARGS)

bench-mix: ## mixing on the host beside copy of the same bytes
	$(GO) test -run '^$$' -bench . -benchmem ./mix/

clean: ## remove what was built
	rm -rf bin

FORCE:
