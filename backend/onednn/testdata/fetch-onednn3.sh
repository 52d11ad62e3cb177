#!/bin/sh
# Fetches oneDNN 3.2 for the tests, from PyPI's onednn-cpu-gomp, into .tools/onednn3 (x86-64 Linux, 55 MB). Needs
# python3 with pip.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
dest=$root/.tools/onednn3
if [ -f "$dest/libdnnl.so.3" ]; then
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo 'onednn-cpu-gomp==2023.2.0 --hash=sha256:2f22a54d6a890ed14bfa185d42a4be65d8b5b1df85dc1f0f3a9abe31620416fb' >"$tmp/requirements.txt"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
	--dest "$tmp" -r "$tmp/requirements.txt"
python3 -m zipfile -e "$tmp"/onednn_cpu_gomp-*.whl "$tmp/wheel"
mkdir -p "$dest"
cp "$tmp"/wheel/*.data/data/lib/libdnnl.so.3 "$dest/partial"
mv "$dest/partial" "$dest/libdnnl.so.3"
echo "$dest/libdnnl.so.3"
