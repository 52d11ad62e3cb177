#!/bin/sh
# Fetches one file of a wheel on PyPI into .tools:
#
#	fetch-wheel.sh REQUIREMENT SHA256 FILE FOLDER
#
# FILE is its path in the wheel, a pattern; FOLDER is where it goes in .tools, under its own name. Does nothing where
# it is. Needs python3 with pip.
set -eu
if [ $# != 4 ]; then
	echo "usage: fetch-wheel.sh REQUIREMENT SHA256 FILE FOLDER" >&2
	exit 2
fi
root=$(cd "$(dirname "$0")/../../.." && pwd)
dest=$root/.tools/$4
name=$(basename "$3")
if [ -f "$dest/$name" ]; then
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "$1 --hash=sha256:$2" >"$tmp/requirements.txt"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
	--dest "$tmp" -r "$tmp/requirements.txt"
python3 -m zipfile -e "$tmp"/*.whl "$tmp/wheel"
mkdir -p "$dest"
cp "$tmp"/wheel/$3 "$dest/partial" # unquoted: a pattern
mv "$dest/partial" "$dest/$name"
echo "$dest/$name"
