#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A simulated LoadMaster pair comes, live, to a segment whose real pair of routers has the same ID (S1 and S5 of the
# collisions), and a scanner beside them, which knows nothing of either, names what it is. The script is one: in virtual time
# with all four routers, on the wire with the pair alone; its expectations hold in both.
#
#   vrrp-keepalived, vrrp-frr   the pair speaks VRRP with an address of its own: two are Active for as long as it stays
#   carp-keepalived             it speaks CARP: keepalived's Active is muted by what it drops, and its Backup takes over and
#                               is corrected, each 3.5 to 7.7 s
#   carp-frr                    the same beside routers whose timer is the Active's alone: nobody moves
#
# The cure is another ID for the pair, set while it runs: from 4 s after it the real pair is what it was.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

codes() { jq -r '[.. | objects | select(has("code")) | .code] | unique | join(" ")' "$dir/scan.json" 2>/dev/null; }
names() {       # names CODE: the scanner, before the cure
    case " $(codes) " in *" $1 "*) ok; echo "    the scanner names $1" ;;
    *) bad "the scanner names: $(codes) $(cat "$dir/scan.err")" ;; esac
}
takeovers() { becomes "$dir/live.pcap" "$begin" 192.0.2.3 | awk -v from="$1" -v to="$2" '$1 >= from && $1 < to' | wc -l; }
no_takeover() { same "takeovers by r2, $1" "$(takeovers "$2" "$3")" 0; }
most() { if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then ok; echo "    $1: $2"; else bad "$1: $2 is not from $3 to $4"; fi; }

meet() {        # meet KIND PROTOCOL CODE
    kind=$1 protocol=$2 code=$3 vmac=use_vmac,
    [ "$kind" != frr ] || vmac=-
    {
        echo "-1 node r1 $kind 192.0.2.2 02:00:00:00:00:02 10 2 200 1 192.0.2.1 $vmac"
        echo "-1 node r2 $kind 192.0.2.3 02:00:00:00:00:03 10 2 100 1 192.0.2.1 $vmac"
    } >"$dir/plan"
    plan=$dir/plan
    missing=$(stage_lacks "$plan")
    if [ -n "$missing" ]; then echo "    skipped: not here: $missing"; return; fi
    model=; [ "$kind" = frr ] || model=', use_vmac: true'
    cat >"$dir/s.yaml" <<END
title: a LoadMaster pair comes to a segment
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  r1: {kind: $kind, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 10, version: 2, priority: 200, vip: 192.0.2.1$model}]}
  r2: {kind: $kind, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 10, version: 2, priority: 100, vip: 192.0.2.1$model}]}
  lb1: {kind: loadmaster, on: lan, ip: 192.0.2.11, ha: {protocol: $protocol, id: 10, role: first, shared: 192.0.2.10, virtual_mac: true}}
  lb2: {kind: loadmaster, on: lan, ip: 192.0.2.12, ha: {protocol: $protocol, id: 10, role: second, shared: 192.0.2.10, virtual_mac: true}}
timeline:
  - {at: 20s, set: {lb1.ha.id: 47, lb2.ha.id: 47}}
expect:
  - {finding: $code, id: 10, before: 20s}
  - {actives: [lb1], id: 47, after: 26s}
until: 32s
END
    if "$VIPLAB" run -q --out "$dir/virtual" "$dir/s.yaml" >"$dir/virtual.log" 2>&1; then ok; else bad "in virtual time"; cat "$dir/virtual.log"; fi
    build_switch && plug us && plug ear || { bad "the stage"; return; }
    sed -n 's/^-1 node //p' "$dir/plan" >"$dir/hosts"
    # shellcheck disable=SC2086  # the fields of the line
    while read -r line; do build_host $line; done <"$dir/hosts"
    sleep 1         # zebra learns its interfaces
    begin
    start_host r1; start_host r2
    sleep_until 7
    ip netns exec "${play}ear" "$VIPLAB" scan -i eth0 -t 18s -q -f json >"$dir/scan.json" 2>"$dir/scan.err" &
    scan=$!
    sleep_until 8
    came=$(awk -v b="$begin" -v now="$(date +%s.%N)" 'BEGIN { print now - b }')
    $URGENT ip netns exec "${play}us" "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --only lb1 --only lb2 --transmit --force -v \
        --journal "$dir/us.jsonl" >"$dir/us.out" 2>"$dir/us.err" &
    us=$!
    sleep_until 20
    held=$(actives)
    wait "$scan"
    wait "$us"; status=$?
    same "the pair's own expectations on the wire" "$status" 0
    names "$code"
    has "lb1 is Active with their ID" '"to":"\(active\|master\)"' "$dir/us.jsonl"
    from=$(awk -v c="$came" 'BEGIN { print c + 5 }') to=$(awk -v c="$came" 'BEGIN { print c + 20 }')
    cured=$(awk -v c="$came" 'BEGIN { print c + 25.5 }') end=$(awk -v c="$came" 'BEGIN { print c + 31.5 }')
    no_takeover "before it came" 5 8
    case $protocol-$kind in
    vrrp-keepalived*)
        case $held in *r1*) ok ;; *) bad "r1 is not Active beside lb1: $held" ;; esac
        has "r1 knows why" 'not present in MASTER advert' "$dir/r1.log"
        most "adverts of r1 in 15 s, muted" "$(voices "$dir/live.pcap" "$begin" "$from" "$to" 192.0.2.2)" 0 10 ;;
    vrrp-frr)
        same "Active beside lb1" "$held" r1
        most "adverts of r1 in 15 s" "$(voices "$dir/live.pcap" "$begin" "$from" "$to" 192.0.2.2)" 13 17
        no_takeover "while it is there" 8 "$to" ;;
    carp-keepalived*)
        has "r1 knows why" 'packet too short' "$dir/r1.log"
        most "takeovers by r2 in 15 s" "$(takeovers "$from" "$to")" 2 5
        becomes "$dir/live.pcap" "$begin" 192.0.2.3 | awk -v to="$to" '$1 < to && NR > 1 { print $1 - last } { last = $1 }' |
            sort -n >"$dir/cycles"
        within "shortest cycle" "$(head -n 1 "$dir/cycles")" 3.5 7.7
        within "longest cycle" "$(tail -n 1 "$dir/cycles")" 3.5 7.7 ;;
    carp-frr)
        same "Active" "$held" r1
        most "adverts of r1 in 15 s" "$(voices "$dir/live.pcap" "$begin" "$from" "$to" 192.0.2.2)" 13 17
        no_takeover "while it is there" 8 "$to" ;;
    esac
    no_takeover "after the cure" "$cured" "$end"
    most "adverts of r1 in 6 s after the cure" "$(voices "$dir/live.pcap" "$begin" "$cured" "$end" 192.0.2.2)" 5 7
}

stage_ask jq
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
case_of vrrp-keepalived meet keepalived-2.2 vrrp vrid-collision
case_of vrrp-frr meet frr vrrp vrid-collision
case_of carp-keepalived meet keepalived-2.2 carp carp-collision
case_of carp-frr meet frr carp carp-collision
wait_cases
report strangers.txt
