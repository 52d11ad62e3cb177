#!/bin/sh
# Fetches oneDNN 3.2 for the tests, from PyPI's onednn-cpu-gomp, into .tools/onednn3 (x86-64 Linux, 55 MB). Needs
# python3 with pip.
exec sh "$(dirname "$0")/fetch-wheel.sh" onednn-cpu-gomp==2023.2.0 \
	2f22a54d6a890ed14bfa185d42a4be65d8b5b1df85dc1f0f3a9abe31620416fb '*.data/data/lib/libdnnl.so.3' onednn3
