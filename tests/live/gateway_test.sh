#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A simulated LoadMaster pair's first unit, live, comes to a segment whose real gateway has the same ID (S6 of the collisions):
# both send from one virtual MAC, and the switch sends the gateway's packets to whoever spoke last.
#   FRR, which keeps to the RFC     loses what the phase of the two senders says, within 5 points: the requests before
#                                   which the LoadMaster spoke last, as the capture has it
#   keepalived with use_vmac        at least 90 %: each message it hears restarts its own timer, so that it hardly speaks
#   keepalived without              nothing: its gateway address is at its own MAC
# The scanner, which listens beside them, names the collision each time.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"

stage_ask ping jq tcpdump
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
stage_open

plug() {        # plug NAME: a namespace on the switch
    ip netns add "$play$1" && settle "$1"
    ip link add name "$1" netns "${play}switch" type veth peer name eth0 netns "$play$1"
    ip -n "${play}switch" link set dev "$1" master br0 up
    ip -n "$play$1" link set eth0 up
}

# meet NAME KIND OPTIONS: leaves $dir/loss (percent), $dir/live.pcap, $dir/scan.json
meet() {
    dir=$work/$1 play=$STAGE$1_
    mkdir -p "$dir"
    echo "-1 node gateway $2 192.0.2.3 02:00:00:00:00:03 10 $([ "$2" = frr ] && echo 3 || echo 2) 150 1 192.0.2.1 $3" >"$dir/plan"
    missing=$(stage_lacks "$dir/plan")
    [ -z "$missing" ] || { echo "    skipped $1: not here: $missing"; return 1; }
    build_switch || { bad "$1: the stage"; return 1; }
    # shellcheck disable=SC2046  # the fields of the line
    build_host $(sed -n 's/^-1 node //p' "$dir/plan")
    plug us; plug client; plug ear
    # FRR's real interface would answer for the virtual address, too
    on gateway sysctl -qw net.ipv4.conf.eth0.arp_ignore=1
    on client ip addr add 192.0.2.50/24 dev eth0
    cat >"$dir/s.yaml" <<'END'
title: a LoadMaster comes to a segment
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  lb1: {kind: loadmaster, on: lan, ip: 192.0.2.11, ha: {protocol: carp, id: 10, role: first, shared: 192.0.2.10, virtual_mac: true}}
until: 60s
END
    sleep 1
    start_host gateway
    # elected when it answers
    on client ping -n -q -c 1 -w 20 192.0.2.1 >/dev/null 2>&1
    begin=$(date +%s.%N)
    ping_loss before 20 || return 1
    same "$1: loss before" "$(cat "$dir/before")" 0
    # a gateway that is silenced afterwards is heard before
    ip netns exec "${play}ear" "$VIPLAB" scan -i eth0 -t 19s -q -f json >"$dir/scan.json" 2>"$dir/scan.err" &
    scan=$!
    sleep_until 3
    $URGENT ip netns exec "${play}us" "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --transmit --force >"$dir/us.out" 2>&1 &
    us=$!
    sleep_until 10.3
    from=$(date +%s.%N)
    ping_loss loss 500
    wait "$scan"
    kill -TERM "$us"; wait "$us"
    sleep 0.5
    return 0
}
ping_loss() {   # ping_loss FILE COUNT: each 20 ms
    on client ping -n -q -i 0.02 -c "$2" -W 1 192.0.2.1 >"$dir/ping" 2>&1
    sed -n 's/.* \([0-9.]*\)% packet loss.*/\1/p' "$dir/ping" >"$dir/$1"
    [ -s "$dir/$1" ] && return 0
    bad "no ping: $(head -n 2 "$dir/ping")"
    return 1
}
named() {       # the scanner's conflicts of this ID
    jq -r '[.. | objects | select(has("code")) | .code] | unique | join(" ")' "$dir/scan.json" 2>/dev/null
}
names() { case " $(named) " in *" carp-collision "*) ok ;; *) bad "$1: the scanner names: $(named) $(cat "$dir/scan.err")" ;; esac; }
least() { awk -v got="$2" -v low="$3" -v high="$4" 'BEGIN { exit !(got >= low && got <= high) }' && ok || bad "$1: $2 % lost, not $3 to $4"; }

if meet frr frr -; then
    # the part of the client's requests before which the LoadMaster was the last to speak from the virtual MAC
    predicted=$(tcpdump -e -tt -nn -r "$dir/live.pcap" 'ether src 00:00:5e:00:01:0a or icmp[icmptype] = icmp-echo' 2>/dev/null |
        awk -v from="$from" '
        $2 == "00:00:5e:00:01:0a" { ours = ($0 ~ /192\.0\.2\.1[01][ :.,]/); spoke = 1; next }
        $1 >= from && spoke { all++; lost += ours }
        END { if (all >= 400) printf "%.1f", 100 * lost / all }')
    echo "    FRR gateway: $(cat "$dir/loss") % lost, the phase predicts $predicted %"
    # a phase near 0 or 1 would prove little, but it is what it is: the two start when they like
    [ -n "$predicted" ] || bad "no frame from the virtual MAC, or too few requests, in the capture"
    least "FRR gateway" "$(cat "$dir/loss")" "$(awk -v p="$predicted" 'BEGIN { print p - 5 }')" "$(awk -v p="$predicted" 'BEGIN { print p + 5 }')"
    names "FRR gateway"
fi
stage_close
if meet vmac keepalived-2.2 use_vmac,; then
    echo "    keepalived with use_vmac: $(cat "$dir/loss") % lost"
    least "keepalived with use_vmac" "$(cat "$dir/loss")" 90 100
    names "keepalived with use_vmac"
fi
stage_close
if meet own keepalived-2.2 -; then
    echo "    keepalived without: $(cat "$dir/loss") % lost"
    least "keepalived without use_vmac" "$(cat "$dir/loss")" 0 0
    names "keepalived without use_vmac"
fi
stage_close
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
