#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab live' on a wire with real daemons: our router beside keepalived, FRR and ucarp is elected, preempted and takes
# over; and what becomes of it when it is killed, stopped, when its interface goes, when a disk is full, and which
# privileges it keeps. Times are those of the frames on the bridge.
#
# Bounds: a takeover never before Active_Down_Interval (3.609375 s; 0.609375 s after a goodbye), less 2 ms of the
# capture's own, and within 500 ms after it; a goodbye that the supervisor says: within 1.5 s in all.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"

within() {      # within WHAT VALUE LOW HIGH
    if [ -n "$2" ] && awk -v v="$2" -v low="$3" -v high="$4" 'BEGIN { exit !(v >= low && v <= high) }'; then
        ok; printf '    %-40s %9.4f s  (from %s to %s)\n' "$@"
    else bad "$1: \`$2' is not from $3 to $4"; fi
}

has() { if grep -q -- "$2" "$3"; then ok; else bad "$1: no \`$2' in:"; tail -n 12 "$3"; fi; }    # has WHAT TEXT FILE

lacks() { if grep -q -- "$2" "$3"; then bad "$1: \`$2' in:"; grep -- "$2" "$3"; else ok; fi; }

wait_for() {    # wait_for TEXT FILE: 15 s at most
    for _ in $(seq 150); do
        if grep -q -- "$1" "$2" 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    bad "no \`$1' comes in ${2##*/}"
}

wait_gone() {   # its daemon has been told to end, and does so with all its processes
    for _ in $(seq 40); do
        grep -q . "/proc/$(cat "$dir/them.daemon")/cmdline" 2>/dev/null || [ -e "$dir/them.vrrp.pid" ] || break
        sleep 0.1
    done
    rm -f "$dir/them.pid" "$dir/them.vrrp.pid"
}

# The place of our host: a namespace without an address, behind a port of the switch.
build_us() {
    ip netns add "${play}us" && settle us
    ip link add name us netns "${play}switch" type veth peer name eth0 netns "${play}us"
    ip -n "${play}switch" link set dev us master br0 up
    ip -n "${play}us" link set eth0 up
}

begin() {
    begin=$(date +%s.%N)
    echo "$begin" >"$dir/begin"
}

live_us() {     # in the background; $us is its number
    $URGENT ip netns exec "${play}us" "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --only us --transmit -v \
        --journal "$dir/us.jsonl" "$@" >"$dir/us.out" 2>"$dir/us.err" &
    us=$!
}

engine() {      # the child of the supervisor
    for pid in $(ip netns pids "${play}us"); do
        [ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status" 2>/dev/null)" != "$us" ] || echo "$pid"
    done
}

script() {      # script KIND ROUTER
    printf 'title: one router on a wire\nsegments:\n  lan: {net: 192.0.2.0/24}\nnodes:\n  us: {kind: %s, on: lan, ip: 192.0.2.2, %s}\nuntil: 60s\n' \
        "$1" "$2" >"$dir/s.yaml"
}

# ---- VRRP: elected under keepalived or FRR, taken over from it, preempted by it, taken over again, killed
interop() {     # interop KIND VERSION
    script rfc "vrrp: [{vrid: 10, version: $2, priority: 100, vip: 192.0.2.1$([ "$2" = 2 ] || echo ', checksum: pseudo')}]"
    {
        echo "-1 node us rfc 192.0.2.2 - 10 $2 100 1 192.0.2.1 -"
        echo "-1 node them $1 192.0.2.3 02:00:00:00:00:03 10 $2 150 1 192.0.2.1 -"
    } >"$dir/plan"
    missing=$(stage_lacks "$dir/plan" | grep -v rfc)
    if [ -n "$missing" ]; then echo "    skipped: not here: $missing"; return; fi
    build_switch && build_us || { bad "the stage"; return; }
    # shellcheck disable=SC2046  # the fields of the line
    build_host $(sed -n 's/^-1 node \(them.*\)/\1/p' "$dir/plan")
    sleep 1
    begin
    start_host them
    sleep_until 1.2;  live_us --force       # it is elected first, also where it comes up slowly
    sleep_until 6;    stop_host them
    sleep_until 7.5;  wait_gone; start_host them
    sleep_until 13;   crash_host them
    sleep_until 17.5; ip -n "${play}switch" link set dev them up
    sed -i 's/priority 150/priority 50/' "$dir/them.conf" "/var/run/frr/${play}them/vrrpd.conf" 2>/dev/null
    rm -f "$dir/them.pid" "$dir/them.vrrp.pid"      # of the crashed one
    # FRR's zebra died with its host
    [ "$1" != frr ] || { on them "$FRR_FOLDER/zebra" -d -N "${play}them" -f "/var/run/frr/${play}them/zebra.conf" \
        -i "/var/run/frr/${play}them/zebra.pid" -P 0 >>"$dir/them.log" 2>&1; sleep 0.5; }
    start_host them
    sleep_until 22.2; kill -KILL "$(engine)"
    wait "$us"; status=$?
    sleep_until 24.2
    handovers "$dir/live.pcap" "$begin" "$dir/plan" >"$dir/handovers"
    if [ $status -eq 137 ]; then ok; else bad "exit status of a killed engine: $status"; fi
    same "who has the voice" "$(cut -d ' ' -f 2,3 "$dir/handovers" | tr '\n' ';')" "- them;them us;us them;them us;us them;"
    within "takeover after its goodbye" "$(sed -n '2s/^resigned them us //p' "$dir/handovers")" 0.607 1.11
    within "takeover after its crash" "$(sed -n '4s/^silent them us //p' "$dir/handovers")" 3.607 4.11
    within "its takeover after we were killed" "$(sed -n '5s/^resigned us them //p' "$dir/handovers")" 0 1.5
    has "the supervisor" "said goodbye for VRRP 10" "$dir/us.err"
}

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
                'CapBnd:	0000000000000000' 'CapAmb:	0000000000000000' 'NoNewPrivs:	1' 'Seccomp:	2'; do
        has "privileges of $1" "^$line" "/proc/$1/status"
    done
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

case_of() {     # case_of NAME COMMAND...: in a process of its own, once more if it fails; DIR/table, DIR/sum
    name=$1; shift
    (
        for round in 1 2; do
            passed=0 failed=0 play=$STAGE${name}_$round dir=$work/$name.$round
            mkdir -p "$dir"
            { "$@"; [ "$failed" -eq 0 ] || for log in "$dir"/*.log "$dir"/us.err "$dir"/us.out; do
                echo "    ---- ${log##*/}"; tail -n 15 "$log"; done; } >"$dir/table" 2>&1
            echo "$name" >>"$work/$name.text"
            cat "$dir/table" >>"$work/$name.text"
            echo "$passed $failed" >"$work/$name.sum"
            [ "$failed" -ne 0 ] && [ $round -eq 1 ] || break
            echo "    once more: a machine that stood still for a moment?" >>"$work/$name.text"
            sh "$SRCDIR/tests/live/guard.sh" "$play"
        done
    ) &
    players="$players $!"
}

stage_ask
work=$(mktemp -d); chmod 755 "$work"
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
players=
case_of keepalived-v2 interop keepalived-2.2 2
case_of keepalived-v3 interop keepalived-2.2 3
case_of frr-v3 interop frr 3
case_of fate fate
# shellcheck disable=SC2086  # process numbers
wait $players; players=
case_of carp-same carp secret
case_of carp-other carp other
case_of ending ending
case_of rights rights
# shellcheck disable=SC2086
wait $players
report=$BUILD/live/wire.txt; mkdir -p "$BUILD/live"; : >"$report"
total=0 wrong=0
for name in keepalived-v2 keepalived-v3 frr-v3 carp-same carp-other fate ending rights; do
    read -r good ill <"$work/$name.sum" || { good=0 ill=1; }
    total=$((total + good)) wrong=$((wrong + ill))
    cat "$work/$name.text" >>"$report"
done
cat "$report"
echo "$total passed, $wrong failed"
[ "$wrong" -eq 0 ]
