#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Before it speaks, `viplab live' listens whether somebody is Active with one of its IDs, and refuses: VRRP and CARP, HSRP,
# GLBP; an ID that a step of the script sets only later; and somebody who says nothing of the kind but uses the virtual MAC.
# An ID that is free is taken, whoever is there with another.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

world() {       # world FILE NAME KIND ADDRESS ROUTER [STEP]
    printf 'title: one router\nsegments:\n  lan: {net: 192.0.2.0/24}\nnodes:\n  %s: {kind: %s, on: lan, ip: %s, %s}\n%suntil: 120s\n' \
        "$2" "$3" "$4" "$5" "${6-}" >"$dir/$1.yaml"
    "$VIPLAB" check -q "$dir/$1.yaml" >"$dir/check.log" 2>&1 || { bad "$1.yaml:"; cat "$dir/check.log"; }
}
pair() {        # us, them: a wire between two
    for end in us them; do ip netns add "$play$end"; settle $end; done
    ip link add name eth0 netns "${play}us" type veth peer name eth0 netns "${play}them"
    for end in us them; do ip -n "$play$end" link set eth0 up; done
}
they() {        # they live with them.yaml, until they are Active
    ip netns exec "${play}them" "$VIPLAB" live "$dir/them.yaml" --attach lan=eth0 --transmit --force -v \
        --journal "$dir/them.jsonl" >"$dir/them.log" 2>&1 &
    them=$!
    wait_for '"to":"active"' "$dir/them.jsonl"
}
we() {          # for 14 s at most; $us_status
    on us "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --transmit --for 1 >"$dir/us.out" 2>"$dir/us.err"
    us_status=$?
}
refused() {     # refused WORDS
    we
    same "exit status" "$us_status" 3
    has "says who" "$1" "$dir/us.err"
    has "says what to do" "--force joins it" "$dir/us.err"
    kill -TERM "$them" 2>/dev/null; wait "$them" 2>/dev/null
}
taken() {       # taken KIND THEIRS OURS WORDS [STEP]
    pair
    world them them "$1" 192.0.2.3 "$2"
    world s us "$1" 192.0.2.2 "$3" "${5-}"
    they
    refused "$4"
}
free() {        # free KIND THEIRS OURS
    pair
    world them them "$1" 192.0.2.3 "$2"
    world s us "$1" 192.0.2.2 "$3"
    they
    we
    same "exit status" "$us_status" 0
    kill -TERM "$them" 2>/dev/null; wait "$them" 2>/dev/null
}
mac() {         # somebody asks from the virtual MAC
    pair
    world s us rfc 192.0.2.2 'vrrp: [{vrid: 10, vip: 192.0.2.1}]'
    on them ip link set eth0 down
    on them ip link set eth0 address 00:00:5e:00:01:0a up
    on them ip addr add 192.0.2.3/24 dev eth0
    (for i in 1 2 3 4 5 6; do ip netns exec "${play}them" ping -c 1 -W 1 192.0.2.77; done) >/dev/null 2>&1 &
    them=$!
    refused '(00:00:5e:00:01:0a) is Active with VRRP 10 already'
}

stage_ask
command -v ping >/dev/null 2>&1 || { echo "ping is not here"; exit 77; }
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
case_of hsrp taken cisco-ios 'hsrp: [{group: 5, vip: 192.0.2.1, priority: 110, hello: 1s, hold: 3s}]' 'hsrp: [{group: 5, vip: 192.0.2.1, hello: 1s, hold: 3s}]' \
    '192.0.2.3 (00:00:0c:07:ac:05) is Active with HSRP 5 already'
case_of hsrp-free free cisco-ios 'hsrp: [{group: 5, vip: 192.0.2.1, priority: 110, hello: 1s, hold: 3s}]' 'hsrp: [{group: 6, vip: 192.0.2.9, hello: 1s, hold: 3s}]'
case_of glbp taken cisco-ios 'glbp: [{group: 5, vip: 192.0.2.1, priority: 110, hello: 1s, hold: 3s}]' 'glbp: [{group: 5, vip: 192.0.2.1, hello: 1s, hold: 3s}]' \
    'is Active with GLBP 5 already'
case_of later taken rfc 'vrrp: [{vrid: 47, vip: 192.0.2.1}]' 'vrrp: [{vrid: 10, vip: 192.0.2.9}]' \
    '192.0.2.3 (00:00:5e:00:01:2f) is Active with VRRP 47 already' \
    'timeline:
  - {at: 20s, set: {us.vrrp.10.vrid: 47}}
'
case_of later-ha taken loadmaster 'ha: {protocol: vrrp, id: 47, role: first, shared: 192.0.2.10}' \
    'ha: {protocol: vrrp, id: 10, role: first, shared: 192.0.2.20}' 'is Active with VRRP 47 already' \
    'timeline:
  - {at: 20s, set: {us.ha.id: 47}}
'
case_of virtual-mac mac
wait_cases
report taken.txt
