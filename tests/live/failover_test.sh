#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Real keepalived and FRR pairs are elected, resign, come back and die beside the same script in virtual time: the
# same routers are Active at the moments asked, the role goes the same way at the same times, and a scan of both
# captures finds the same and no conflict.
#
# Bounds, live against virtual:
#   resigned, silent    50 ms   from the last advertisement of the one to the first of the other: the protocol's
#                               own times
#   elected, returned   800 ms  from the start of the process: it has to come up first (30 to 100 ms, 320 under load)
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"

judge() {
    handovers "$2/live.pcap" "$(cat "$2/begin")" "$2/plan" >"$2/live"
    handovers "$2/virtual.pcap" 0 "$2/plan" >"$2/expected"
    same "handed over" "$(cut -d ' ' -f 1-3 "$2/live" | tr '\n' ';')" "$(cut -d ' ' -f 1-3 "$2/expected" | tr '\n' ';')"
    paste -d ' ' "$2/expected" "$2/live" >"$2/both"
    while read -r how from to virtual _ _ _ live; do
        case $how in
        resigned | silent)  row "$how: $from -> $to" "$live" "$virtual" 0.05 ;;
        *)                  row "$how: $to" "$live" "$virtual" 0.8 ;;
        esac
    done <"$2/both"
    if "$VIPLAB" scan -q -r "$2/live.pcap" >/dev/null 2>&1; then ok; else bad "scan finds a conflict in live.pcap"; fi
}

stage_ask
play_all failover-keepalived-v2 failover-keepalived-v3 failover-frr-v2 \
    failover-frr-v3 failover-mixed-v2 failover-mixed-v3
