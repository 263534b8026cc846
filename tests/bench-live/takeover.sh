#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `make bench-live`: how late a Backup takes over when the Active's cable is cut: from the Active's last advertisement to the
# Backup's first, less Active_Down_Interval (RFC 9568 6.1: three intervals and Skew_Time). Below 0 would be too early. And
# what a client sees that asks the virtual address for an echo each 2 ms: the time between the last answer of the one and the first of the
# other. viplab live beside keepalived, each a pair of hosts in namespaces, at 1 s and at 10 ms, in one run.
#   TRIALS=6     cuts each; the percentile is of these
set -u
. "$SRCDIR/tests/live/stage.sh"

TRIALS=${TRIALS:-6}
stage_ask python3
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
stage_open 3600
dir=$work play=$STAGE

# ping itself slows down to one in 10 ms while no answer comes
cat >"$work/ask.py" <<'END'
import socket, struct, time
ask = struct.pack("!BBHHH", 8, 0, 0xf7ff - 7, 0, 7)     # echo request 7, its checksum right
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.connect(("192.0.2.1", 0))
at = time.monotonic()
while True:
    try: s.send(ask)
    except OSError: pass
    at += 0.002
    time.sleep(max(0, at - time.monotonic()))
END

build() {
    ip netns add "${play}switch" && settle switch
    ip -n "${play}switch" link add lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "${play}switch" link set lan up
    for i in 1 2; do
        ip netns add "${play}r$i" && settle "r$i"
        ip -n "${play}switch" link add "p$i" type veth peer name eth0 netns "${play}r$i"
        ip -n "${play}switch" link set "p$i" master lan up
        ip -n "${play}r$i" link set eth0 up
        [ "$1" = viplab ] || ip -n "${play}r$i" addr add "192.0.2.1$i/24" dev eth0
    done
    ip netns add "${play}client" && settle client
    ip -n "${play}switch" link add p3 type veth peer name eth0 netns "${play}client"
    ip -n "${play}switch" link set p3 master lan up
    ip -n "${play}client" link set eth0 up
    ip -n "${play}client" addr add 192.0.2.50/24 dev eth0
    $URGENT ip netns exec "${play}switch" tcpdump -l -tt -nn -i lan 'ip proto 112 or icmp[0] = 0' >"$work/heard" 2>/dev/null &
}

start_viplab() {        # start_viplab INTERVAL: in ms
    cat >"$work/s.yaml" <<END
title: takeover
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  r1: {kind: rfc, on: lan, ip: 192.0.2.11, vrrp: [{vrid: 7, version: 3, priority: 200, interval: $1ms, vip: 192.0.2.1, accept: true}]}
  r2: {kind: rfc, on: lan, ip: 192.0.2.12, vrrp: [{vrid: 7, version: 3, priority: 100, interval: $1ms, vip: 192.0.2.1, accept: true}]}
until: 3600s
END
    for i in 1 2; do
        $URGENT ip netns exec "${play}r$i" "$VIPLAB" live "$work/s.yaml" --only "r$i" --attach lan=eth0 --transmit --force -q >"$work/r$i.out" 2>&1 &
    done
}

start_keepalived() {
    for i in 1 2; do
        cat >"$work/k$i.conf" <<END
global_defs { script_user root
    vrrp_version 3 }
vrrp_instance VI { interface eth0
    state BACKUP
    virtual_router_id 7
    priority $((300 - 100 * i))
    advert_int $(awk -v ms="$1" 'BEGIN { print ms / 1000 }')
    virtual_ipaddress { 192.0.2.1 } }
END
        $URGENT ip netns exec "${play}r$i" keepalived -n -l -P -f "$work/k$i.conf" -p "$work/k$i.pid" -r "$work/k$i.vrrp.pid" >"$work/k$i.out" 2>&1 &
    done
}

# measure PEER INTERVAL: the latenesses in ms, a line each, and the gaps
measure() {
    build "$1"
    start_"$1" "$2"
    pause=$(awk -v ms="$2" 'BEGIN { print 4 * ms / 1000 + 2 }')
    sleep 8
    $URGENT ip netns exec "${play}client" python3 "$work/ask.py" &
    for trial in $(seq 1 "$TRIALS"); do
        on switch bridge link set dev p1 state 0        # both ways in one moment, as a cut is
        sleep "$pause"
        on switch bridge link set dev p1 state 3
        sleep "$pause"
    done
    stage_close
    sleep 1
    awk -v interval="$2" '
        $3 == "192.0.2.11" { first = $1 }
        # an advertisement that crosses the returning one is no takeover
        $3 == "192.0.2.12" && first && ($1 - first) * 1000 > 1.5 * interval {
            printf "late %.2f\n", ($1 - first) * 1000 - 3 * interval - interval * 156 / 256; first = 0; taken = answered }
        $3 == "192.0.2.1" { if (taken) printf "gap %.2f\n", ($1 - taken) * 1000; taken = 0; answered = $1 }' "$work/heard" >"$work/all"
    for what in late gap; do sed -n "s/^$what //p" "$work/all" | sort -n >"$work/$what-$1-$2"; done
}
figures() {     # median, p95 and least of a file of sorted numbers
    awk '{ v[NR] = $1 } END { p = int(NR * 0.95 + 0.999999); printf "%10.2f %10.2f %10.2f", v[int((NR + 1) / 2)], v[p], v[1] }' "$1"
}

peers=viplab
command -v keepalived >/dev/null 2>&1 && peers="$peers keepalived"
printf '%-12s %9s %9s %32s %32s\n' '' '' '' 'late by, ms' 'without an answer, ms'
printf '%-12s %9s %9s %10s %10s %10s %10s %10s %10s\n' router interval takeovers median p95 earliest median p95 least
for interval in 1000 10; do
    for peer in $peers; do
        measure "$peer" "$interval"
        [ -s "$work/late-$peer-$interval" ] || { printf '%-12s %6d ms   no takeover was seen\n' "$peer" "$interval"; continue; }
        printf '%-12s %6d ms %9d %s %s\n' "$peer" "$interval" "$(wc -l <"$work/late-$peer-$interval")" \
            "$(figures "$work/late-$peer-$interval")" "$(figures "$work/gap-$peer-$interval")"
    done
done
