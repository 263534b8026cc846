#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab scan -i`: on veth pairs in namespaces of its own, once as root where the test is root, once in a user
# namespace. What comes in is real captures, put on the far end; nothing reaches a real interface.
set -u
export LC_ALL=C
work=${TMPDIR:-/tmp}
capture=$SRCDIR/tests/captures/real-daemons/a-keepalived-frr-same-vrid-span.pcap
healthy=$SRCDIR/tests/captures/real-daemons/healthy-v3-vmac-span.pcap
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED ($mode): $*"; }
is() { if [ "$1" = "$2" ]; then ok; else bad "$3: $1, not $2"; fi; }
has() { if grep -q -- "$2" "$1"; then ok; else bad "$1 lacks: $2"; head -20 "$1"; fi; }
lacks() { if grep -q -- "$2" "$1"; then bad "$1 has: $2"; else ok; fi; }
json() { if jq -e "$2" "$1" >/dev/null 2>&1; then ok; else bad "$1: not: $2"; jq -c '[.verdict, .complete, .capture]' "$1" 2>&1; fi; }
field() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' '; }
# Frames that came in at an end: what the other end sent.
heard_by() { ip -s -j link show "$1" | jq '.[0].stats64.rx.packets'; }
urgent=
if [ -z "$(nice -n -15 true 2>&1)" ]; then urgent='nice -n -15'; fi
replay() { $urgent $python "$SRCDIR/tests/scan/replay.py" "$@" & replays="$replays $!"; }
replays=
# Nothing of what was put on a wire before is still coming.
quiet() {
    # shellcheck disable=SC2086  # process numbers
    [ -z "$replays" ] || { kill $replays 2>/dev/null; wait $replays 2>/dev/null; }
    replays=
}
scan() {
    expected=$1; shift
    timeout 30 "$VIPLAB" scan "$@" >out 2>err </dev/null
    is $? "$expected" "status of: scan $*"
}

# A busy machine is given its time: until SECONDS COMMAND
until_true() {
    tries=$(($1 * 10)); shift
    while [ $tries -gt 0 ] && ! "$@"; do sleep 0.1; tries=$((tries - 1)); done
}
came_in() { [ "$(cat /sys/class/net/$1/statistics/rx_packets 2>/dev/null || heard_by "$1")" -ge $(($2)) ]; }

# ---- the tests, inside a namespace

passive() {
    before=$(heard_by v1)
    replay v1 "$capture" 3
    scan 1 -i v0 -t 3s -f json
    is "$(heard_by v1)" "$before" 'frames that a passive scan sent'
    json out '.complete and .verdict == "conflict" and .capture.kind == "live" and .capture.source == "v0"'
    json out '.capture.interfaces == ["v0"] and .capture.transmits == [] and .capture.frames_dropped == 0'
    json out '.capture.heard_s >= 3 and .capture.heard_s < 4 and .capture.frames > 50'
    json out '[.conflicts[].code] | index("vrid-collision") != null'
    json out '.ids[0].interface == "v0"'
    has err '^listening on v0 for 3 s, Ctrl-C stops early$'
    SCAN_DOCUMENTS=$PWD/out VIPLAB=$VIPLAB sh "$SRCDIR/tests/scan/schema_test.sh" >schema 2>&1
    case $? in 0|77) ok ;; *) bad 'the schema'; cat schema ;; esac
}

# From /proc while the scan runs; what it says of capabilities, identity and filter.
locked_in() {
    program=$1 user=$2; shift 2
    timeout 30 "$@" "$program" scan -i v0 -t 8s -f json >out 2>err </dev/null &
    shell=$!
    pid=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        sleep 0.1
        grep -q listening err 2>/dev/null && break
    done
    for p in $(cat "/proc/$shell/task/$shell/children") $shell; do
        # timeout's child, or what setpriv became
        case $(cat "/proc/$p/comm" 2>/dev/null) in viplab*) pid=$p ;; esac
    done
    if [ -z "$pid" ]; then bad "no scan is running"; cat err; return; fi
    for set in CapInh CapPrm CapEff CapAmb; do is "$(field "$pid" $set)" 0000000000000000 "$set"; done
    # Emptying this one takes root's rights.
    [ "$user" = plain ] || is "$(field "$pid" CapBnd)" 0000000000000000 CapBnd
    is "$(field "$pid" NoNewPrivs)" 1 NoNewPrivs
    [ -n "${INSTRUMENTED-}" ] || is "$(field "$pid" Seccomp)" 2 Seccomp
    case $user in
    root)  is "$(field "$pid" Uid)" '65534 65534 65534 65534' Uid
           is "$(field "$pid" Groups)" '' Groups ;;
    plain) is "$(field "$pid" Uid)" '65533 65533 65533 65533' Uid ;;
    esac
    kill -INT "$pid"
    wait $shell
    json out '.complete == false and .capture.heard_s < 8'
}

writes_captures() {
    replay v1 "$healthy" 3
    replay v3 "$capture" 3
    scan 1 -i v0 -i v2 -t 3s -w two.pcapng -f json -o two.tsv -o two.om -o two.jsonl
    json out '[.ids[] | .interface] | unique == ["v0", "v2"]'
    json out '[.conflicts[] | select(.code == "vrid-collision") | .interface] == ["v2"]'
    has two.tsv '^vrrp3'
    has two.om '^# EOF$'
    has two.jsonl '^{"type":"scan"'
    is "$(find . -name 'two.*' | wc -l)" 4 'files, none temporary'
    cp out live.json
    scan 1 -r two.pcapng -f json
    json out '[.conflicts[] | select(.code == "vrid-collision") | .interface] == [1]'
    # The same frames, so the same numbers of evidence.
    is "$(jq -c '[.conflicts[].evidence[].frame]' out)" "$(jq -c '[.conflicts[].evidence[].frame]' live.json)" 'evidence'
    quiet
    replay v1 "$healthy" 2
    scan 0 -i v0 -t 2s -c 1 -w one.pcap -q
    scan 0 -r one.pcap -q
    if [ -s err ]; then bad 'quiet scans talk'; fi
    scan 2 -i v0 -i v2 -w both.pcap
    scan 3 -i v0 -t 1s -w /nowhere/x.pcap
    scan 3 -i v0 -t 1s -o /nowhere/x.json
}

# A tag that the kernel takes off and libpcap puts back.
tags() {
    replay v1 "$capture" 3 36
    scan 1 -i v0 -t 3s --vlan 36 -f json
    json out '[.conflicts[] | select(.code == "vrid-collision") | .vlan] == [36]'
    quiet
    replay v1 "$capture" 2 36
    scan 3 -i v0 -t 2s arp or proto 112
    has err 'held back [0-9]* frames with a VLAN tag'
    quiet
    replay v1 "$capture" 2 36
    scan 3 -i v0 -t 2s --vlan 35
}

sends_on_request() {
    # The far end is listened to as well: what it hears is what the scan sent.
    "$VIPLAB" scan -i v1 -t 6s -w far.pcap -f json arp or icmp6 >far.json 2>/dev/null &
    far=$!
    sleep 0.3
    replay v1 "$healthy" 5
    scan 0 -i v0 -t 4s --probe -f json
    has err '^viplab scan: --probe: sends ARP requests and neighbour solicitations on v0$'
    json out '.capture.transmits == ["arp", "nd"] and .capture.probes_sent > 0'
    wait $far
    # Outgoing (the replay) and incoming frames are in the file; a probe is an ARP request from 0.0.0.0.
    $python - far.pcap "$(jq .capture.probes_sent out)" "$(cat /sys/class/net/v0/address 2>/dev/null || ip -j link show v0 | jq -r '.[0].address')" <<'END' || bad 'what --probe sent'
import struct, sys
data, want, mac = open(sys.argv[1], 'rb').read(), int(sys.argv[2]), bytes.fromhex(sys.argv[3].replace(':', ''))
at, probes = 24, 0
while at + 16 <= len(data):
    captured = struct.unpack_from('<I', data, at + 8)[0]
    frame = data[at + 16:at + 16 + captured]
    at += 16 + captured
    if frame[6:12] != mac:
        continue
    if frame[:6] != b'\xff' * 6 or frame[12:14] != b'\x08\x06' or frame[20:22] != b'\0\x01' or frame[28:32] != b'\0' * 4:
        sys.exit('not an ARP probe: ' + frame.hex())
    probes += 1
sys.exit(probes != want and 'probes: %d, not %d' % (probes, want))
END
    ok
    before=$(heard_by v1)
    timeout 30 "$VIPLAB" scan -i v0 -t 3s --join -f json >out 2>err &
    joined=$!
    sleep 1
    # 224.0.0.18, .2 and .102 as the kernel prints them
    for group in 120000E0 020000E0 660000E0; do has /proc/net/igmp $group; done
    wait $joined
    has err '^viplab scan: --join: the kernel sends IGMP and MLD reports on v0$'
    json out '.capture.transmits == ["igmp", "mld"]'
    if [ "$(heard_by v1)" -gt "$before" ]; then ok; else bad 'no membership report was sent'; fi
    lacks /proc/net/igmp 120000E0
}

ends() {
    scan 3 -i v0 -t 1s -f json
    json out '.verdict == "inconclusive" and .capture.frames == 0 and (.capture.reason | test("dead"))'
    for signal in INT TERM; do
        timeout 60 "$VIPLAB" scan -i v0 -t 50s >out 2>err &
        scan=$!
        until_true 20 grep -q '^listening' err
        replay v1 "$healthy" 15
        until_true 20 came_in v0 "$(heard_by v0) + 20"
        kill -$signal "$(cat "/proc/$scan/task/$scan/children")"
        wait $scan
        is $? 0 "status after SIG$signal"
        has out '^PROTO'
        quiet
    done
    # An interface that is down from the start is no clean one.
    ip link set v4 down
    scan 3 -i v4 -t 2s -f json
    json out '.verdict == "inconclusive" and (.capture.reason | length) > 0'
    scan 3 -i v4 -t 2s
    has err 'v4'
    ip link set v4 up
    # The interface goes down, then away.
    timeout 30 "$VIPLAB" scan -i v4 -t 3s -f json >out 2>err &
    sleep 1; ip link set v4 down
    wait $!
    json out '.complete == false and (.capture.reason | test("v4 went down"))'
    ip link set v4 up
    timeout 30 "$VIPLAB" scan -i v4 -t 20s -f json >out 2>err &
    sleep 1; ip link del v4
    wait $!
    json out '.complete == false and .capture.heard_s < 10 and (.capture.reason | test("was removed"))'
}

watches() {
    timeout 60 "$VIPLAB" scan -i v0 --watch -f jsonl >out 2>err &
    scan=$!
    until_true 20 grep -q '^listening' err
    replay v1 "$capture" 15
    until_true 30 grep -q '"event":"conflict begins"' out
    # Before the end: lines come as things happen.
    has out '"event":"new id"'
    has out '"event":"new sender"'
    has out '"event":"conflict begins"'
    kill -INT "$(cat "/proc/$scan/task/$scan/children")"
    wait $scan
    is $? 1 'status of a watch with a conflict'
    if jq -es 'last | .type == "scan" and .complete' out >/dev/null; then ok; else bad 'the last line of jsonl'; fi
}

compares() {
    scan 0 -r "$healthy" -f json
    jq '.ids[].interface = "v0"' out >base.json
    replay v1 "$capture" 3
    scan 1 -i v0 -t 3s --baseline base.json -f json
    json out '.baseline.new_conflicts | map(.what) | index("v0 vrrp ID 1 vrid-collision") != null'
    scan 2 -i v0 -t 1s --baseline out.missing
}

says_what_lacks() {
    mkdir -p unprivileged && chmod 755 unprivileged . && cp "$VIPLAB" unprivileged/viplab
    (   # no such right, as an ordinary user
        if [ "$mode" = root ]; then setpriv --reuid 65533 --regid 65533 --clear-groups unprivileged/viplab scan -i v0
        else unshare -U unprivileged/viplab scan -i v0; fi ) >out 2>err
    is $? 3 'status without the right'
    cat >want <<'END'
viplab scan: cannot capture on v0: CAP_NET_RAW is missing
  kernel said: socket: Operation not permitted
  any one of these helps:
    sudo viplab scan -i v0
    sudo setcap cap_net_raw+p "$(command -v viplab)"      (once; +p, not +ep)
    viplab scan -r FILE       a capture someone else took: tcpdump -i v0 -w FILE
END
    if cmp -s err want; then ok; else bad 'the message'; diff err want; fi
    [ "$mode" = root ] || return
    # the dashboard says the same of its own source
    setpriv --reuid 65533 --regid 65533 --clear-groups unprivileged/viplab top --once if:v0 >out 2>err
    is $? 3 'status of the dashboard without the right'
    has err '^viplab top: cannot capture on v0: CAP_NET_RAW is missing$'
    has err '^    sudo viplab top if:v0$'
    # what needs no right works in each of the three
    cp "$SRCDIR/scenarios/failover/crash.yaml" unprivileged/crash.yaml && chmod 644 unprivileged/crash.yaml
    for without in --clear-groups '--clear-groups --bounding-set=-all' '--clear-groups --no-new-privs'; do
        # shellcheck disable=SC2086  # the words of a command line
        setpriv --reuid 65533 --regid 65533 $without unprivileged/viplab run --keep never unprivileged/crash.yaml >out 2>err
        is $? 0 "status of a run: $without"
        has out '^1 scenario: 1 passed'
    done
    setpriv --reuid 65533 --regid 65533 --clear-groups --bounding-set=-all unprivileged/viplab scan -i v0 >out 2>err
    is $? 3 'status without the capability in the bounding set'
    has err 'this container runs without NET_RAW: start it with --cap-add NET_RAW'
    lacks err 'sudo'
    setpriv --reuid 65533 --regid 65533 --clear-groups --no-new-privs unprivileged/viplab scan -i v0 -f json >out 2>err
    is $? 3 'status with no_new_privs'
    has err 'file capabilities are ignored here (no-new-privileges)'
    lacks err 'setcap'
    json out '.verdict == "inconclusive"'
    # With the file capability an ordinary user may; +p is enough.
    if setcap cap_net_raw+p unprivileged/viplab 2>/dev/null; then
        locked_in "$PWD/unprivileged/viplab" plain setpriv --reuid 65533 --regid 65533 --clear-groups
        # forbidden to everybody here, it still runs what needs no right
        setpriv --bounding-set=-all --reuid 65533 --regid 65533 --clear-groups unprivileged/viplab scan -r - <"$healthy" >out 2>err
        is $? 0 'status of a scan of a file where the capability is forbidden'
    fi
}

inside() {
    mode=$1
    work=$(mktemp -d) && cd "$work" && chmod 755 . || exit 1
    trap 'kill $replays 2>/dev/null; rm -rf "$work"' EXIT
    # Where it is read-only, IPv6's own chatter would be counted as ours.
    { echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; } 2>/dev/null ||
        { echo 'IPv6 cannot be switched off in a namespace here'; exit 77; }
    for i in 0 2 4; do
        ip link add v$i type veth peer name v$((i + 1)) && ip link set v$i up && ip link set v$((i + 1)) up || exit 77
    done
    passive
    locked_in "$VIPLAB" "$mode"
    says_what_lacks
    quiet
    sends_on_request
    # The rest does not depend on who asks.
    if [ "$whole" = yes ]; then for part in tags writes_captures ends watches compares; do quiet; $part; done; fi
    echo "$passed $failed"
    exit 0
}

# ---- outside

python=
for p in /usr/bin/python3 python3; do $p -c 'import socket' 2>/dev/null && python=$p && break; done     # a shim takes seconds
export python
if [ $# -eq 2 ] && [ "$1" = --inside ]; then inside "$2"; fi

mode=outside
for tool in ip jq unshare setpriv; do
    command -v $tool >/dev/null 2>&1 || { echo "$tool is not installed"; exit 77; }
done
[ -n "$python" ] || { echo 'python3 is not installed'; exit 77; }
ran=no total_passed=0 total_failed=0
case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB; export VIPLAB ;; esac
case $SRCDIR in /*) ;; *) SRCDIR=$(cd "$SRCDIR" && pwd); export SRCDIR ;; esac
self=$SRCDIR/tests/scan/live_scan_test.sh

try() {         # try MODE COMMAND...: one round of all tests in namespaces that end with it
    m=$1; shift
    "$@" true 2>/dev/null || return
    result=$("$@" sh "$self" --inside "$m" 2>&1)
    code=$?
    if [ $code -eq 77 ]; then echo "skipped: $m: $(echo "$result" | tail -1)"; return; fi
    echo "$result" | sed '$d'
    set -- $(echo "$result" | tail -1)
    if [ $# -ne 2 ]; then echo "FAILED: the tests as $m ended early: $*"; total_failed=$((total_failed + 1)); return; fi
    ran=yes
    total_passed=$((total_passed + $1)) total_failed=$((total_failed + $2))
}
whole=yes
export whole
[ "$(id -u)" -ne 0 ] || try root unshare -nm --kill-child
[ $ran = no ] || whole=no
try namespace unshare -Urnm --kill-child
if [ $ran = no ] && [ $total_failed -eq 0 ]; then echo 'neither root nor user namespaces here'; exit 77; fi
echo "$total_passed passed, $total_failed failed"
[ $total_failed -eq 0 ]
