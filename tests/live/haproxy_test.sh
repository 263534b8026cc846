#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One trace of arrivals through a real HAProxy (mode tcp) and through the balancer with the schedulers and the slow start
# that claim to be HAProxy's. A third server is made ready among 80 connections of the other two. Every server's count,
# behind every arrival, is the same within 2 and twice what two copies of the real one differ by.
#   roundrobin, weights 3, 2, 1; slow start 8 s
#   leastconn, weights 2, 1, 1; equal weights and slow start 8 s
# The model without the slow start, or with the other scheduler, must differ. What a stalled machine spoils is played again.
set -u
. "$SRCDIR/tests/live/stage.sh"

failed=0 passed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "not ok: $*"; }

stage_ask haproxy python3 jq
dir=$(mktemp -d)
trap 'stage_close; rm -rf "$dir"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
play=$STAGE tool=$SRCDIR/tests/live/haproxy_trace.py
SECONDS_LONG=14 WAKE=4.006

python3 "$tool" trace "$dir" $SECONDS_LONG 7 || { bad "no trace"; exit 1; }

# ---- the model
service() {     # NAME PORT SCHEDULER OPTIONS WEIGHT WEIGHT WEIGHT
    echo "      $1: {vip: 192.0.2.80, port: $2, scheduler: $3, $4 idle_timeout: 1h, servers: {rs1$1: {ip: 198.51.100.11, weight: $5}," \
         "rs2$1: {ip: 198.51.100.12, weight: $6}, rs3$1: {ip: 198.51.100.13, weight: $7, state: disable}}}"
}
slow="slow_start: 8s, slow_start_law: haproxy,"
fronts="rr:81 lc:82 rr-slow:83 lc-slow:84"
{
    cat <<Y
title: The model of HAProxy
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  lb:
    kind: loadmaster
    interfaces: [{name: lan, on: lan, ip: 192.0.2.1}, {name: farm, on: farm, ip: 198.51.100.1}]
    services:
Y
    service rr 81 roundrobin "" 3 2 1
    service lc 82 leastconn "" 2 1 1
    service rr-slow 83 roundrobin "$slow" 1 1 1
    service lc-slow 84 leastconn "$slow" 1 1 1
    echo "  rs: {kind: server, on: farm, ip: 198.51.100.11, gateway: 198.51.100.1, repeat: 3, serves: {"
    for front in $fronts; do echo "       ${front%:*}: {port: ${front#*:}, protocol: silent},"; done
    echo "       none: {port: 99, protocol: silent}}}"
    echo "  users:"
    echo "    kind: client"
    echo "    on: lan"
    echo "    ip: 192.0.2.50"
    echo "    clients:"
    for front in $fronts; do
        for stay in short:490ms middle:2020ms long:6030ms; do
            echo "      ${front%:*}-${stay%:*}: {to: \"192.0.2.80:${front#*:}\", protocol: silent, length: ${stay#*:}, trace: ${stay%:*}.trace}"
        done
    done
    echo "timeline:"
    for front in $fronts; do
        name=${front%:*}
        echo "  - {at: 4006ms, set: {lb.services.$name.servers.rs3$name.state: enable}}"
    done
    echo "expect:"
    echo "  - {records: client.failed, count: 0}"
    echo "until: ${SECONDS_LONG}s"
} >"$dir/model.yaml"
"$VIPLAB" run -q --keep always --out "$dir/out" "$dir/model.yaml" >"$dir/log" 2>&1 && ok || { bad "the model does not run"; cat "$dir/log"; exit 1; }
jq -r 'select(.kind == "balancer.open") | "\(.part) \(.t) \(.data.server[0:3])"' "$dir"/out/*/journal.jsonl >"$dir/model"

# ---- the real one: every front twice
front() {       # NAME PORT BALANCE OPTIONS WEIGHT WEIGHT WEIGHT
    for copy in "a $((8000 + $2))" "b $((8100 + $2))"; do
        name=$1.${copy% *} port=${copy#* }
        cat <<H
listen $name
    bind 127.0.0.1:$port
    balance $3
    server rs1 127.1.0.1:$port weight $5 $4
    server rs2 127.1.0.2:$port weight $6 $4
    server rs3 127.1.0.3:$port weight $7 $4 disabled
H
        echo "$name:$port" >>"$dir/fronts"
    done
}
{
    cat <<H
global
    stats socket $dir/stats level admin
    nbthread 1
    maxconn 8000
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
H
    front rr 81 roundrobin "" 3 2 1
    front lc 82 leastconn "" 2 1 1
    front rr-slow 83 roundrobin "slowstart 8s" 1 1 1
    front lc-slow 84 leastconn "slowstart 8s" 1 1 1
} >"$dir/haproxy.cfg"
# shellcheck disable=SC3045  # where there is none, the limit is left as it is
ulimit -n 16384 2>/dev/null

judge() { python3 "$tool" judge "$dir" "$1" "$2"; }

# What the wrong model would be: the comparison must tell it from the right one.
other() { case $1 in rr) echo lc ;; lc) echo rr ;; rr-slow) echo rr ;; lc-slow) echo lc ;; esac; }

again="rr lc rr-slow lc-slow" calm=
play_once() {   # plays the trace; what is not settled by it stays in $again; $calm: a round in which nobody was late
    ip netns add "${play}host" && settle host
    rm -f "$dir/stats"
    $URGENT ip netns exec "${play}host" haproxy -db -f "$dir/haproxy.cfg" >"$dir/haproxy.out" 2>&1 &
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ ! -S "$dir/stats" ] || break
        sleep 0.2
    done
    # shellcheck disable=SC2046,SC2086  # words
    late=$(timeout 60 $URGENT ip netns exec "${play}host" python3 "$tool" play "$dir" "$dir/stats" $WAKE $(cat "$dir/fronts"))
    status=$?
    stage_close
    [ $status -eq 0 ] || { bad "the trace was not played"; cat "$dir/haproxy.out"; return 1; }
    echo "    the latest arrival or departure: $late ms"
    [ "${late%.*}" -ge 20 ] || calm=yes
    open=$again again=
    for front in $open; do
        settled=no
        judge "$front" "$front" >"$dir/row" && ! judge "$front" "$(other "$front")" >"$dir/wrong" && settled=yes
        sed 's/^/    /' "$dir/row"
        if [ $settled = yes ]; then ok; else again="$again $front"; fi
    done
}

for round in 1 2 3; do
    [ $round -eq 1 ] || { echo "    once more: a machine that stood still for a moment?"; stage_open; }
    play_once || break
    [ -n "$again" ] || break
done
if [ -n "$again" ] && [ "$failed" -eq 0 ] && [ -z "$calm" ]; then
    echo "this machine is too busy to compare$again"
    exit 77
fi
[ -z "$again" ] || bad "they differ:$again"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
