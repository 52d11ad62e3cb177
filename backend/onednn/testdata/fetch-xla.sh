#!/bin/sh
# Fetches XLA's CPU plugin for the tests, from PyPI's lammps-jax-pjrt-cpu, into .tools/xla (x86-64 Linux, 202 MB). Needs
# python3 with pip.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
dest=$root/.tools/xla
if [ -f "$dest/pjrt_c_api_cpu_plugin.so" ]; then
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo 'lammps-jax-pjrt-cpu==0.11.2 --hash=sha256:1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1' >"$tmp/requirements.txt"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
	--dest "$tmp" -r "$tmp/requirements.txt"
python3 -m zipfile -e "$tmp"/lammps_jax_pjrt_cpu-*.whl "$tmp/wheel"
mkdir -p "$dest"
cp "$tmp"/wheel/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so "$dest/partial"
mv "$dest/partial" "$dest/pjrt_c_api_cpu_plugin.so"
echo "$dest/pjrt_c_api_cpu_plugin.so"
