#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Promises of `viplab live' that need no other daemon: the tolerance of expectations is printed and counts; an interface that is
# deleted is down for good, said so, and the rest goes on; frames leave no faster than the rate, and it is said what that cost;
# without --transmit nothing leaves; --for is the end whatever the script says.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

wires() {       # wires COUNT: v0, v1 in us, each to a w0, w1 in them
    for end in us them; do ip netns add "$play$end"; settle $end; done
    for i in $(seq 0 $(($1 - 1))); do
        ip link add name "v$i" netns "${play}us" type veth peer name "w$i" netns "${play}them"
        ip -n "${play}us" link set "v$i" up; ip -n "${play}them" link set "w$i" up
    done
}
sent() { ip -n "${play}them" -s link show "w$1" | awk '/RX:/ { getline; print $2 }'; }      # frames that left through v0, v1

tolerance() {   # Active at 3.609375 s
    wires 1
    script rfc 'vrrp: [{vrid: 10, version: 3, priority: 100, vip: 192.0.2.1}]'
    printf 'expect:\n  - {becomes: active, of: us, between: [3.2s, 3.4s]}\n' >>"$dir/s.yaml"
    on us "$VIPLAB" live "$dir/s.yaml" --attach lan=v0 --for 5 >"$dir/us.out" 2>"$dir/us.err"
    same "with the tolerance that is there by default" "$?" 0
    has "says it" "expectations have 0.500 s of tolerance" "$dir/us.err"
    same "without --transmit nothing leaves" "$(sent 0)" 0
    on us "$VIPLAB" live "$dir/s.yaml" --attach lan=v0 --for 5 --tolerance 100ms >"$dir/us.out" 2>"$dir/us.err"
    same "with too little" "$?" 1
    has "says it" "expectations have 0.100 s of tolerance" "$dir/us.err"
}

two() {         # of two interfaces one goes
    wires 2
    cat >"$dir/s.yaml" <<'END'
title: two wires
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  us: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 10, version: 3, interval: 100ms, vip: 192.0.2.1}]}
  too: {kind: rfc, on: farm, ip: 198.51.100.2, vrrp: [{vrid: 20, version: 3, interval: 100ms, vip: 198.51.100.1}]}
until: 60s
END
    ip netns exec "${play}us" "$VIPLAB" live "$dir/s.yaml" --attach lan=v0 --attach farm=v1 --transmit --force -v \
        --journal "$dir/us.jsonl" >"$dir/us.out" 2>"$dir/us.err" &
    us=$!
    wait_for 'vrrp 20.*"to":"active"' "$dir/us.jsonl"
    ip -n "${play}us" link del v0
    sleep 1
    before=$(sent 1)
    sleep 2
    after=$(sent 1)
    has "says that it is gone" 'v0: was removed: down for good' "$dir/us.out"
    if [ $((after - before)) -ge 10 ]; then ok; echo "    the other one goes on: $((after - before)) frames in 2 s"
    else bad "the other one is silent: $((after - before)) frames in 2 s"; fi
    kill -TERM "$us"; wait "$us"
}

rate() {        # a ping flood of the world's own, 5000 a second, through a cap of 100
    wires 1
    cat >"$dir/s.yaml" <<'END'
title: much to say
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  us: {kind: client, on: lan, ip: 192.0.2.2}
timeline:
  - {at: 0s, ping: 192.0.2.3, from: us, every: 200us}
until: 60s
END
    on them ip addr add 192.0.2.3/24 dev w0
    on us "$VIPLAB" live "$dir/s.yaml" --attach lan=v0 --transmit --rate 100 --for 4 >"$dir/us.out" 2>"$dir/us.err"
    same "--for is the end" "$?" 0
    has "says the rate" "at most 100 frames a second" "$dir/us.err"
    left=$(sent 0)
    # a burst of 128 to begin with, then 100 a second
    if [ "$left" -ge 300 ] && [ "$left" -le 600 ]; then ok; echo "    of some 20000 frames in 4 s left: $left"
    else bad "$left frames left"; fi
    has "says what that cost" "over the rate" "$dir/us.out"
    # 5000 a second for 4 s: sent, given up, or in the queue at the end
    sum=$(sed -n 's/.* \([0-9]*\) sent.* \([0-9]*\) over the rate, \([0-9]*\) still waited.*/\1 \2 \3/p' "$dir/us.out" | awk '{ print $1 + $2 + $3 }')
    if [ "${sum:-0}" -ge 19500 ] && [ "$sum" -le 20100 ]; then ok; else bad "${sum:-no} frames are accounted for: $(grep sent "$dir/us.out")"; fi
}

stage_ask
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
case_of tolerance tolerance
case_of two two
case_of rate rate
wait_cases
report promises.txt
