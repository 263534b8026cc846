#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The README's pictures are what the program makes today, and its text is that of the pictures.
set -u
. "$SRCDIR/tests/cli/lib.sh"
cd "$SRCDIR" || exit 3
VIPLAB=$VIPLAB gives 0 build-aux/make-pictures "$work"
for file in storm-screen.txt storm-screen.svg storm-report.svg storm-report.md; do
    if cmp -s "$work/$file" docs/$file; then ok; else bad "docs/$file is not current: make docs"; fi
    if [ "${file%.svg}" != "$file" ] && command -v xmllint >/dev/null 2>&1; then gives 0 xmllint --noout docs/$file; fi
done
# the screen stands in the README as it is, four blanks before each line
sed 's/^\(.\)/    \1/' docs/storm-screen.txt >"$work/indented"
lines=$(wc -l <"$work/indented")
begin=$(grep -nF "$(head -n 1 "$work/indented")" README.md | cut -d: -f1)
same "the README's screen" "$(tail -n "+${begin:-1}" README.md | head -n "$lines")" "$(cat "$work/indented")"
says '(docs/storm-screen.svg)' README.md
says '(docs/storm-report.svg)' README.md
finish
