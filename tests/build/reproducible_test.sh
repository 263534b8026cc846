#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The same sources in two folders of different names and lengths give the same program, bit for bit. Unoptimised, because
# that is quicker and no path comes in through the optimiser. In the second folder a part is built, by the same rules: the
# floors that all others include. Of the whole, no byte is the name of its folder.
set -eu
two=$(mktemp -d)
trap 'rm -rf "$two"' EXIT

PARTS='sim-base sim-wire sim-stack probes'
build() {       # build FOLDER GOAL...: leaves the sum of each part in FOLDER/sums
    folder=$1; shift
    mkdir -p "$folder"
    (cd "$SRCDIR" && tar cf - Makefile build-aux $(ls -d viplab.[ch] sim probes analyzers 2>/dev/null)) | (cd "$folder" && tar xf -)
    make -C "$folder" -j2 VARIANT=release CFLAGS='-O0 -U_FORTIFY_SOURCE -w' "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
    for part in $PARTS; do sha256sum <"$folder/build/release/lib/$part.a"; done >"$folder/sums"
}

build "$two/a" programs
# shellcheck disable=SC2046  # words
build "$two/another/folder-of-a-longer-name" $(printf 'build/release/lib/%s.a ' $PARTS)
cat "$two/a/sums"
cmp "$two/a/sums" "$two/another/folder-of-a-longer-name/sums"
if grep -qaF "$two" "$two/a/build/release/viplab"; then
    echo "the program has the name of the folder in it where it was built"
    exit 1
fi
