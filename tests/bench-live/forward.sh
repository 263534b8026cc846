#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `make bench-live`: frames a second and one-way latency through one box, of 64 bytes of UDP: viplab live as a router beside
# an echo of bare libpcap and libnet, frame by frame, and the batched ceiling (libpcap's ring, sendmmsg on libnet's
# descriptor) and one of raw sockets (recvmmsg, sendmmsg), on the same wire in the same run. "watched" is
# the router with a journal, so that every frame is looked at for findings as well. Throughput: what arrives of as many as the sender can send. Latency: at 2000 frames a second.
#   SECONDS_EACH=2 ROUNDS=3     each figure is the median of the rounds, which take turns
set -u
. "$SRCDIR/tests/live/stage.sh"

SECONDS_EACH=${SECONDS_EACH:-2} ROUNDS=${ROUNDS:-3}
stage_ask
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
stage_open 3600
dir=$work play=$STAGE
for name in from box to; do ip netns add "$play$name"; settle $name; done
ip link add name eth0 netns "${play}from" type veth peer name v0 netns "${play}box"
ip link add name eth0 netns "${play}to" type veth peer name v1 netns "${play}box"
for pair in from:eth0 to:eth0 box:v0 box:v1; do ip -n "$play${pair%:*}" link set "${pair#*:}" up; done
ip -n "${play}to" addr add 198.51.100.11/24 dev eth0
on to ip link set eth0 address 02:00:00:00:00:09
cat >"$work/s.yaml" <<'END'
title: forward
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  r: {kind: router, interfaces: [{on: lan, ip: 192.0.2.1, mac: "02:00:00:00:00:01"}, {on: farm, ip: 198.51.100.1, mac: "02:00:00:00:00:02"}]}
until: 3600s
END
"$VIPLAB" check "$work/s.yaml" >"$work/check" 2>&1 || { cat "$work/check"; exit 1; }

box() {         # box KIND: leaves its process number in $box
    case $1 in
    viplab) ip netns exec "${play}box" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --attach farm=v1 --transmit --rate none -q >"$work/live.out" 2>&1 & ;;
    watched) ip netns exec "${play}box" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --attach farm=v1 --transmit --rate none -q --journal "$work/journal.jsonl" >"$work/live.out" 2>&1 & ;;
    *)      ip netns exec "${play}box" "$WIRE_TOOL" "$1" v0 v1 3600 >"$work/echo.out" 2>&1 & ;;
    esac
    box=$!
    sleep 1.5
    kill -0 "$box" 2>/dev/null || { echo "bench-live: $1 did not start:"; cat "$work/live.out" "$work/echo.out" 2>/dev/null; exit 1; }
}
pass() {        # pass RATE: "sent arrived median-us p99-us"
    on to "$WIRE_TOOL" count eth0 "$((SECONDS_EACH + 1))" >"$work/count" &
    counter=$!
    sleep 0.3
    sent=$(on from "$WIRE_TOOL" send eth0 02:00:00:00:00:01 "$1" "$SECONDS_EACH")
    wait "$counter"
    echo "$sent $(cat "$work/count")"
}
for round in $(seq 1 "$ROUNDS"); do
    for kind in batched raw libnet viplab watched; do
        box $kind
        pass 100 >/dev/null     # neighbours are found
        before=$(cpu_of "$box")
        echo "$kind full $(pass 0) $before $(cpu_of "$box")" >>"$work/figures"
        sleep 2                 # what still waits somewhere is not this pass's
        echo "$kind paced $(pass 2000)" >>"$work/figures"
        kill "$box"; wait "$box" 2>/dev/null
    done
done
awk -v seconds="$SECONDS_EACH" '
function median(list,    v, n, i, j, t) {
    n = split(list, v, " ")
    for (i = 2; i <= n; i++) { t = v[i]; for (j = i - 1; j > 0 && v[j] + 0 > t + 0; j--) v[j + 1] = v[j]; v[j + 1] = t }
    return v[int((n + 1) / 2)]
}
{ if (!($1 in seen)) { seen[$1] = ++n; name[n] = $1 } }
$2 == "full" { sent[$1] = sent[$1] " " $3 / seconds; rate[$1] = rate[$1] " " $4 / seconds; cost[$1] = cost[$1] " " ($4 > 0 ? ($8 - $7) * 1e6 / $4 : 0) }
$2 == "paced" { p50[$1] = p50[$1] " " $5; p99[$1] = p99[$1] " " $6; lost[$1] += $3 - $4 }
END {
    printf "%-10s %12s %12s %14s %12s %12s %12s %12s\n", "box", "offered/s", "frames/s", "of the ceiling", "CPU us each", "median us", "p99 us", "lost, paced"
    for (i = 1; i <= n; i++) {
        k = name[i]
        printf "%-10s %12.0f %12.0f %13.2fx %12.2f %12.1f %12.1f %12d\n", k, median(sent[k]), median(rate[k]), median(rate[k]) / median(rate[name[1]]), median(cost[k]), median(p50[k]), median(p99[k]), lost[k]
    }
}' "$work/figures"
