#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab live' on a wire: what becomes of our router when it is killed, stopped, when its interface goes, when a disk is
# full, and which privileges it keeps; and CARP beside ucarp. Times are those of the frames on the bridge.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

# ---- CARP
carp() {        # carp PASSWORD: ours; theirs is `secret'
    script ucarp "carp: [{vhid: 10, vip: 192.0.2.70, password: $1, advskew: 100}]"
    command -v ucarp >/dev/null 2>&1 || { echo "    skipped: not here: ucarp"; return; }
    build_switch && build_us || { bad "the stage"; return; }
    build_host them ucarp 192.0.2.3 02:00:00:00:00:03 10 2 100 1 192.0.2.70 secret
    begin
    start_host them
    sleep_until 4.5
    live_us --force
    sleep_until 11
    if [ "$1" = secret ]; then
        lacks "one master with the same password" '"to":"master"' "$dir/us.jsonl"
        stop_host them
        sleep_until 16
        has "we follow when it has gone" '"to":"master"' "$dir/us.jsonl"
    else
        has "two masters with another password" '"to":"master"' "$dir/us.jsonl"
        has "and we know why" 'carp.bad-digest' "$dir/us.jsonl"
        if ip -n "${play}them" -o addr show to 192.0.2.70/32 | grep -q .; then ok; else bad "ucarp is no master"; fi
    fi
    kill -TERM "$us"; wait "$us"
}

# ---- what happens to us
advert_times() { adverts "$dir/live.pcap" "$begin" | cut -d ' ' -f 1; }

stripped() {    # of every privilege: stripped PID
    for line in 'CapInh:	0000000000000000' 'CapPrm:	0000000000000000' 'CapEff:	0000000000000000' \
                'CapBnd:	0000000000000000' 'CapAmb:	0000000000000000' 'NoNewPrivs:	1'; do
        has "privileges of $1" "^$line" "/proc/$1/status"
    done
    [ -n "${INSTRUMENTED-}" ] || has "filter of $1" '^Seccomp:	2' "/proc/$1/status"
    if [ "$(awk '$1 == "Uid:" { print $2, $3, $4, $5 }' "/proc/$1/status")" != "0 0 0 0" ]; then ok; else bad "$1 is root"; fi
}

fate() {
    script rfc "vrrp: [{vrid: 10, version: 3, priority: 100, interval: 100ms, vip: 192.0.2.1}]"
    build_switch && build_us || { bad "the stage"; return; }
    begin
    live_us
    wait_for '"to":"active"' "$dir/us.jsonl"; sleep 1
    stripped "$us"; stripped "$(engine)"
    has "says what it is" "eth0: us is a router of VRRP 10 for 192.0.2.1" "$dir/us.err"
    has "says how fast it may speak" "at most 50000 frames a second" "$dir/us.err"
    # A machine that stands still: 3 s, then it listens for Active_Down_Interval, 361 ms.
    kill -STOP "$(engine)"; sleep 3; kill -CONT "$(engine)"
    sleep 1.5
    has "knows that it stood still" 'wire.pause' "$dir/us.jsonl"
    has "became a Backup" 'stood still' "$dir/us.jsonl"
    stood=$(sed -n 's/.*"wire.pause".*"length":"\([0-9.]*\)".*/\1/p' "$dir/us.jsonl" | head -n 1)
    within "silence, less the time it stood still" "$(advert_times | awk -v stood="${stood:-0}" '
        NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { print most - stood }')" 0.355 1
    ip -n "${play}us" link set eth0 down; sleep 0.7
    ip -n "${play}us" link set eth0 name eth9; ip -n "${play}us" link set eth9 mtu 1400
    up=$(date +%s.%N); ip -n "${play}us" link set eth9 up
    sleep 2.5
    for what in 'is down' 'is up' 'wire.name' 'wire.mtu' 'interface down' 'interface up'; do
        has "journal of its interface" "$what" "$dir/us.jsonl"
    done
    within "back on the wire" "$(advert_times | awk -v up="$(awk -v a="$up" -v b="$begin" 'BEGIN { print a - b }')" \
        '$1 > up { print $1 - up; exit }')" 0.3 1.4
    ip -n "${play}us" link del eth9
    wait "$us"; status=$?
    if [ $status -eq 3 ]; then ok; else bad "exit status with the device gone: $status"; fi
    has "the device is gone" 'was removed: down for good' "$dir/us.jsonl"
}

ending() {      # SIGTERM, a full disk, an ID that is taken
    script rfc "vrrp: [{vrid: 10, version: 3, priority: 100, interval: 100ms, vip: 192.0.2.1}]"
    build_switch && build_us || { bad "the stage"; return; }
    begin
    ln -s /dev/full "$dir/full.pcapng"
    live_us --force -w "$dir/full.pcapng"
    wait_for '"to":"active"' "$dir/us.jsonl"; sleep 1.5
    ip netns add "${play}two" && settle two
    ip link add name two netns "${play}switch" type veth peer name eth0 netns "${play}two"
    ip -n "${play}switch" link set dev two master br0 up; ip -n "${play}two" link set eth0 up
    ip netns exec "${play}two" "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --transmit >"$dir/two.out" 2>&1
    if [ $? -eq 3 ]; then ok; else bad "an ID that is taken is taken again"; fi
    has "who has it" "192.0.2.2 (00:00:5e:00:01:0a) is Active with VRRP 10 already" "$dir/two.out"
    kill -TERM "$us"; wait "$us"; status=$?
    sleep 1.3       # tcpdump is given what it has not seen once a second
    same "its last word" "$(adverts "$dir/live.pcap" "$begin" | tail -n 1 | cut -d ' ' -f 2,3)" "192.0.2.2 0"
    if [ $status -eq 3 ]; then ok; else bad "exit status with a full disk: $status"; fi
    has "says that the disk is full" "full.pcapng: the capture is not whole" "$dir/us.err"
    if [ "$(adverts "$dir/live.pcap" "$begin" | wc -l)" -gt 10 ]; then ok; else bad "the run did not go on"; fi
}

rights() {      # with none, with a file capability, as root of a user namespace
    script rfc "vrrp: [{vrid: 10, version: 3, priority: 100, interval: 100ms, vip: 192.0.2.1}]"
    build_switch && build_us || { bad "the stage"; return; }
    public=$(mktemp -d /tmp/viplab-live.XXXXXX) && chmod 755 "$public" || { bad "no folder for everybody"; return; }
    cp "$VIPLAB" "$public/viplab"; cp "$VIPLAB" "$public/plain"; cp "$dir/s.yaml" "$public/"
    chmod 755 "$public"/viplab "$public"/plain; chmod 644 "$public/s.yaml"
    nobody() { ip netns exec "${play}us" setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
    nobody "$public/viplab" live "$public/s.yaml" --attach lan=eth0 --for 1 >"$dir/none.out" 2>&1
    if [ $? -eq 3 ]; then ok; else bad "without a right: no exit status 3"; fi
    has "without a right" "CAP_NET_RAW is missing" "$dir/none.out"
    has "and what helps" "setcap cap_net_raw+p" "$dir/none.out"
    if command -v setcap >/dev/null 2>&1 && setcap cap_net_raw+p "$public/viplab" 2>/dev/null; then
        nobody "$public/viplab" live "$public/s.yaml" --attach lan=eth0 --transmit --force --for 2 >"$dir/cap.out" 2>&1
        has "with a file capability" ", [1-9][0-9]* sent" "$dir/cap.out"
    else echo "    skipped: no file capabilities here"; fi
    if setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn true 2>/dev/null; then
        setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn sh -c "
            ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up &&
            exec '$public/plain' live '$public/s.yaml' --attach lan=v0 --transmit --force --for 2" >"$dir/user.out" 2>&1
        has "in a user namespace" ", [1-9][0-9]* sent" "$dir/user.out"
    else echo "    skipped: no user namespaces here"; fi
    rm -rf "$public"
}

stage_ask
work=$(mktemp -d); chmod 755 "$work"
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
case_of fate fate
case_of ending ending
case_of rights rights
wait_cases
case_of carp-same carp secret
case_of carp-other carp other
wait_cases
report wire.txt
