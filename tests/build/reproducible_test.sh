#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The same sources in two folders of different names and lengths give the same program, bit for bit.
# Unoptimised, because that is quicker and no path comes in through the optimiser.
set -eu
two=$(mktemp -d)
trap 'rm -rf "$two"' EXIT

build() {       # build FOLDER
    mkdir -p "$1"
    (cd "$SRCDIR" && tar cf - Makefile build-aux $(ls -d viplab.[ch] sim probes analyzers 2>/dev/null)) | (cd "$1" && tar xf -)
    make -C "$1" -j2 VARIANT=release CFLAGS='-O0 -U_FORTIFY_SOURCE -w' programs >"$1/log" 2>&1 || { cat "$1/log"; exit 1; }
    cat "$1"/build/*/viplab | sha256sum
}

one=$(build "$two/a")
other=$(build "$two/another/folder-of-a-longer-name")
echo "$one"
echo "$other"
[ "$one" = "$other" ]
