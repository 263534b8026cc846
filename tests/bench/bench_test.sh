#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The bench runs to its end, every workload does all its work (each checks that itself, and the scan names the
# three conflicts and no other), and nothing stays behind. How fast it was is nobody's business here.
set -u
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"

if ! TMPDIR=$work/tmp BENCH=short "$BUILD/tests/bench/bench" >"$work/out" 2>"$work/err"; then
    cat "$work/out" "$work/err"
    echo "the bench failed"
    exit 1
fi
for row in bridge-l2 bridge-udp tcp advert-l2 advert-ip balancer 'layer 7' updates schedulers 'scan -r, long' 'scan -r, short' 'dashboard, redraw' 'dashboard, memory'; do
    grep -q "^$row  *[a-z0-9]" "$work/out" || { cat "$work/out"; echo "no row of $row"; exit 1; }
done
[ -z "$(ls -A "$work/tmp")" ] || { ls -A "$work/tmp"; echo "files were left behind"; exit 1; }
