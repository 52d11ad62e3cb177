#!/bin/sh
# Runs the tests of GoMLX itself, of the version in go.mod, on its Go backend and on this one, and compares: what passes
# there must pass here, else the exit code is 1. Arguments are for go test: -run, -timeout and the like.
#
# The module is copied from the module cache to a temporary directory, where two of its packages get an import of this
# backend, and built in a workspace together with this module. PACKAGES names some of its packages ("./ml/... ./core/graph"),
# BACKEND another configuration than "onednn". All of it takes some 10 minutes on two cores.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

cp -r "$(cd "$root" && go list -m -f '{{.Dir}}' github.com/gomlx/gomlx)" "$dir/gomlx"
chmod -R u+w "$dir/gomlx"
for package in support/testutil=testutil backends/default=_default; do
	cat >"$dir/gomlx/${package%=*}/onednn.go" <<-END
		package ${package#*=}

		import (
			"github.com/gomlx/go-xla/compute/xla"

			_ "github.com/vicinal-ml/vicinal/backend/onednn"
		)

		// The tests would download XLA, which they do not use here.
		type noInstaller struct{}

		func (noInstaller) AutoInstall() error             { return nil }
		func (noInstaller) AutoInstallPlugin(string) error { return nil }

		func init() { xla.RegisterAutoInstaller(noInstaller{}) }
	END
done
cd "$dir/gomlx"
export GOWORK="$dir/go.work"
go work init "$dir/gomlx" "$root"

# The packages whose tests reach a backend.
packages=$(go list -test -tags noxla -f '{{if .ForTest}}{{range .Deps}}{{if eq . "github.com/vicinal-ml/vicinal/backend/onednn"}}{{$.ForTest}}{{end}}{{end}}{{end}}' ${PACKAGES:-./...} | sort -u)
for backend in go "${BACKEND:-onednn}"; do
	echo "GoMLX's tests on $backend: $(echo "$packages" | wc -l) packages"
	GOMLX_BACKEND=$backend go test -tags noxla -count=1 -json "$@" $packages >"$dir/$backend.json" || true
	# One line for each test and package: its name, outcome and seconds.
	sed -nE 's/.*"Action":"(pass|fail|skip)","Package":"github.com.gomlx.gomlx.([^"]*)"(,"Test":"([^"]*)")?,"Elapsed":([0-9.e-]+).*/\2:\4 \1 \5/p' \
		"$dir/$backend.json" | sed -E ":again; s,/($backend|go)([ /]),/BACKEND\2,; t again" >"$dir/$backend.tests"
	awk '{n[$2]++} END {print "  pass " n["pass"]+0 ", fail " n["fail"]+0 ", skip " n["skip"]+0}' "$dir/$backend.tests"
done
awk '
	NR == FNR { was[$1] = $2; took[$1] = $3; next }
	{ is[$1] = $2 }
	was[$1] == "pass" && $3 > 1 && $3 > 1.3 * took[$1] { printf "slower: %s takes %.1f s, on the Go backend %.1f s\n", $1, $3, took[$1] }
	END {
		for (name in was) if (was[name] == "pass" && is[name] != "pass" && is[name] != "skip") { print "worse: " name " passes on the Go backend, here: " (is[name] ? is[name] : "no result"); bad = 1 }
		exit bad
	}' "$dir/go.tests" "$dir/${BACKEND:-onednn}.tests"
