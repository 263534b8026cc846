#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# An engine that is killed with kill -9 while it is Active: its supervisor says goodbye for it, also where the advertisements
# are authenticated and the goodbye needs the key, and the Backup takes over in Skew_Time instead of Active_Down_Interval
# (0.61 s, not 3.61 s). The Backup is a real keepalived where it knows the method (text and AH of version 2), else another
# `viplab live'. What it drops is in its log: nothing.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

KEY=0123456789abcdef0123456789abcdef

killed() {      # killed COMMAND...: starts the Backup when we are Active
    wait_for '"to":"active"' "$dir/us.jsonl"
    "$@"
    sleep 2
    kill -KILL "$(engine)"
    wait "$us"; same "exit status" "$?" 137
    sleep 2
    has "the supervisor" "said goodbye for VRRP 10" "$dir/us.err"
    handovers "$dir/live.pcap" "$begin" "$dir/plan" >"$dir/handovers"
    same "who has the voice" "$(cut -d ' ' -f 2,3 "$dir/handovers" | tr '\n' ';')" "- us;us them;"
    within "takeover after the goodbye" "$(sed -n '2s/^resigned us them //p' "$dir/handovers")" 0.607 1.11
}

plan() {        # plan KIND VERSION
    {
        echo "-1 node us rfc 192.0.2.2 - 10 $2 200 1 192.0.2.1 -"
        echo "-1 node them $1 192.0.2.3 02:00:00:00:00:03 10 $2 100 1 192.0.2.1 -"
    } >"$dir/plan"
}

real() {        # real AUTH WORD: of the script, of keepalived's
    plan keepalived-2.2 2
    missing=$(stage_lacks "$dir/plan" | grep -v rfc)
    if [ -n "$missing" ]; then echo "    skipped: not here: $missing"; return; fi
    script rfc "vrrp: [{vrid: 10, version: 2, priority: 200, vip: 192.0.2.1, auth: {$1: secret}}]"
    build_switch && build_us || { bad "the stage"; return; }
    # shellcheck disable=SC2046  # the fields of the line
    build_host $(sed -n 's/^-1 node \(them.*\)/\1/p' "$dir/plan")
    sed -i "s/advert_int/authentication { \n auth_type $2\n auth_pass secret\n }\n advert_int/" "$dir/them.conf"
    begin
    live_us --force
    killed start_host them
    has "it heard the goodbye" 'Backup received priority 0 advertisement' "$dir/them.log"
    lacks "it drops nothing" 'invalid\|auth\|replay\|sequence' "$dir/them.log"
}

peer() {
    $URGENT ip netns exec "${play}them" "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --only them --transmit --force -v \
        --journal "$dir/them.jsonl" >"$dir/them.log" 2>&1 &
    them=$!
}
ours() {        # ours KIND VERSION AUTH
    plan "$1" "$2"
    cat >"$dir/s.yaml" <<END
title: two of ours
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  us: {kind: $1, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 10, version: $2, priority: 200, vip: 192.0.2.1, auth: {$3}}]}
  them: {kind: $1, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 10, version: $2, priority: 100, vip: 192.0.2.1, auth: {$3}}]}
until: 60s
END
    build_switch && build_us && plug them || { bad "the stage"; return; }
    begin
    live_us --force
    killed peer
    has "it heard the goodbye" 'priority 0 received' "$dir/them.jsonl"
    lacks "it drops nothing" 'vrrp.drop' "$dir/them.jsonl"
    kill -TERM "$them"; wait "$them"
}

stage_ask
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
case_of keepalived-text real text PASS
case_of keepalived-ah real ah AH
case_of md5 ours cisco-ios 2 "md5: secret, key_id: 3"
case_of hmac ours keepalived-2.4 3 "hmac: $KEY, key_id: 3"
wait_cases
report goodbye.txt
