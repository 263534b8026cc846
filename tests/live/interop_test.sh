#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Our router on a wire beside keepalived and FRR, each with VRRP version 2, version 3 and IPv6: elected, preempted, taken over
# after a goodbye and after a crash, in both directions. Times are those of the frames on the bridge.
#
# The checksum of version 3 over IPv4 has two readings (RFC 9568 5.2.8 has settled it). These daemons take and send the one with
# a pseudo-header only; a keepalived of the other reading is one whose port translates the checksum, in both directions, to the
# values that this file computes. Where the readings differ, both routers are Active and both say why.
#
# Bounds: a takeover never before Active_Down_Interval (3.609375 s; 0.609375 s after a goodbye), less 2 ms of the
# capture's own, and within 500 ms after it; a goodbye that the supervisor says: within 1.5 s in all. FRR counts in whole
# centiseconds: 3.60 s and 0.60 s; and its first advertisement over IPv6 is lost, because the addresses of its macvlan come up
# with it: it is heard one interval later.
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

# who KIND VERSION OURS THEIRS: leaves s.yaml and plan, priorities are OURS and THEIRS; false: that daemon is not here.
# VERSION is 2, 3 (pseudo-header), message or 6.
who() {
    version=${2#message} version=${version:-3}
    late=0 us_at=192.0.2.2 them_at=192.0.2.3 vip=192.0.2.1
    case $2 in
    2)          script rfc "vrrp: [{vrid: 10, version: 2, priority: $3, vip: 192.0.2.1}]" ;;
    3)          script rfc "vrrp: [{vrid: 10, version: 3, priority: $3, vip: 192.0.2.1, checksum: pseudo}]" ;;
    message)    script rfc "vrrp: [{vrid: 10, version: 3, priority: $3, vip: 192.0.2.1, checksum: message}]" ;;
    6)          script rfc "vrrp: [{vrid: 10, priority: $3, vip: [fe80::10, 2001:db8::1], accept: true}]" \
                    "net6: 2001:db8::/64" "ip6: 2001:db8::2, mac: 02:00:00:00:00:02"
                version=3 us_at=fe80::ff:fe00:2 them_at=fe80::ff:fe00:3 vip=fe80::10,2001:db8::1
                [ "$1" != frr ] || them_at=fe80::10 late=1 ;;       # of its macvlan
    esac
    {
        echo "-1 node us rfc $us_at - 10 $version $3 1 $vip -"
        echo "-1 node them $1 $them_at 02:00:00:00:00:03 10 $version $4 1 $vip -"
    } >"$dir/plan"
    missing=$(stage_lacks "$dir/plan" | grep -v rfc)
    [ -n "$missing" ] || return 0
    echo "    skipped: not here: $missing"
    return 1
}

later() { awk -v at="$1" -v late=$late 'BEGIN { print at + late }'; }   # for them

build_both() {  # build_both VERSION
    build_switch && build_us || { bad "the stage"; return 1; }
    # shellcheck disable=SC2046  # the fields of the line
    build_host $(sed -n 's/^-1 node \(them.*\)/\1/p' "$dir/plan")
    [ "$1" != 6 ] || { plug client; with_ip6 client; on client ip addr add 2001:db8::50/64 dev eth0 nodad; }
    [ "$1" != message ] || translate
    sleep 1         # zebra learns its interfaces
    begin
}

# ---- the two readings
# checksum PRIORITY LAST PSEUDO: of a version 3 advertisement of 10 for 192.0.2.1 by 192.0.2.LAST
checksum() {
    sum=$((0x310a + $1 * 256 + 1 + 0x0064 + 0xc000 + 0x0201))
    [ "$3" = no ] || sum=$((sum + 0xc000 + 0x0200 + $2 + 0xe000 + 0x0012 + 112 + 12))
    sum=$(((sum & 0xffff) + (sum >> 16)))
    printf '0x%04x' $((0xffff - ((sum & 0xffff) + (sum >> 16))))
}
translate() {   # at the port of the daemon: what leaves it loses the pseudo-header, what comes gets one
    {
        echo "table netdev camp {"
        echo " chain out {
            type filter hook egress device eth0 priority 0"
        for priority in 0 50 100 150; do
            echo "ip protocol 112 @th,16,8 $priority @th,48,16 $(checksum $priority 3 yes) @th,48,16 set $(checksum $priority 3 no)"
        done
        echo " }
          chain in {
            type filter hook ingress device eth0 priority 0"
        for priority in 0 100 200; do
            echo "ip protocol 112 @th,16,8 $priority @th,48,16 $(checksum $priority 2 no) @th,48,16 set $(checksum $priority 2 yes)"
        done
        echo " }
        }"
    } >"$dir/camp.nft"
    on them nft -f "$dir/camp.nft" || bad "nft cannot translate"
}
reading() {     # reading WHAT LAST PRIORITY: of the advertisements on the bridge
    sums=$(tcpdump -nn -x -r "$dir/live.pcap" "ip proto 112 and src 192.0.2.$2 and ip[22] = $3" 2>/dev/null |
           awk '/0x0010:/ { print $7 }' | sort -u | tr '\n' ' ')
    same "$1" "0x${sums% }" "$(checksum "$3" "$2" "$4")"
}

# ---- what a client sees of our addresses
pinged() {      # pinged WHEN: 2001:db8::1 is at us
    out=$(on client ping -6 -n -c 3 -i 0.2 -W 1 2001:db8::1 2>&1)
    case $out in *" 0% packet loss"*) ok ;; *) bad "$1: a client of 2001:db8::1: $(echo "$out" | tail -n 3)" ;; esac
    same "$1: its neighbour" "$(ip -n "${play}client" -6 neigh show 2001:db8::1 | sed -n 's/.*lladdr \([^ ]*\).*/\1/p')" \
        00:00:5e:00:02:0a
}

# ---- below them: elected under them, taken over from, preempted by, taken over again, killed
yields() {      # yields KIND VERSION
    who "$1" "$2" 100 150 || return
    build_both "$2" || return
    start_host them
    sleep_until 1.2;  live_us --force       # it is elected first, also where it comes up slowly
    sleep_until 6;    stop_host them
    sleep_until 7;    [ "$2" != 6 ] || pinged "after its goodbye"
    sleep_until 8;    wait_gone; start_host them
    sleep_until 13;   crash_host them
    sleep_until 17.5; ip -n "${play}switch" link set dev them up
    sed -i 's/priority 150/priority 50/' "$dir/them.conf" "/var/run/frr/${play}them/vrrpd.conf" 2>/dev/null
    rm -f "$dir/them.pid" "$dir/them.vrrp.pid"      # of the crashed one
    # FRR's zebra died with its host
    [ "$1" != frr ] || { on them "$FRR_FOLDER/zebra" -d -N "${play}them" -f "/var/run/frr/${play}them/zebra.conf" \
        -i "/var/run/frr/${play}them/zebra.pid" -P 0 >>"$dir/them.log" 2>&1; sleep 0.5; }
    start_host them
    sleep_until 18.5; [ "$2" != 6 ] || pinged "after its crash"
    sleep_until 22.4; kill -KILL "$(engine)"
    wait "$us"; status=$?
    sleep_until "$(later 24.4)"
    handovers "$dir/live.pcap" "$begin" "$dir/plan" >"$dir/handovers"
    if [ $status -eq 137 ]; then ok; else bad "exit status of a killed engine: $status"; fi
    same "who has the voice" "$(cut -d ' ' -f 2,3 "$dir/handovers" | tr '\n' ';')" "- them;them us;us them;them us;us them;"
    within "takeover after its goodbye" "$(sed -n '2s/^resigned them us //p' "$dir/handovers")" 0.607 1.11
    within "takeover after its crash" "$(sed -n '4s/^silent them us //p' "$dir/handovers")" 3.607 4.11
    within "its takeover after we were killed" "$(sed -n '5s/^resigned us them //p' "$dir/handovers")" 0 "$(later 1.5)"
    has "the supervisor" "said goodbye for VRRP 10" "$dir/us.err"
    [ "$2" != message ] || { reading "our checksums" 2 100 no; reading "its checksums" 3 150 no; }
    [ "$2" != 3 ] || { reading "our checksums" 2 100 yes; reading "its checksums" 3 150 yes; }
}

# ---- above them: preempts, says goodbye, preempts again, crashes with its link
outranks() {    # outranks KIND VERSION
    who "$1" "$2" 200 100 || return
    build_both "$2" || return
    start_host them
    sleep_until 2.2;  first=$(date +%s.%N); live_us --force
    sleep_until 9.5;  kill -TERM "$us"; wait "$us"
    sleep_until 11;   second=$(date +%s.%N); live_us --force
    sleep_until 18.5; crash_us; wait "$us" 2>/dev/null
    sleep_until "$(later 23.7)"
    handovers "$dir/live.pcap" "$begin" "$dir/plan" >"$dir/handovers"
    same "who has the voice" "$(cut -d ' ' -f 2,3 "$dir/handovers" | tr '\n' ';')" "- them;them us;us them;them us;us them;"
    # A Backup with the higher priority discards what it hears and waits: RFC 9568 6.4.2. Our process has to come up first,
    # so that this bounds nothing from above.
    for start in "$first" "$second"; do
        within "we preempt, from the start of the process" "$(becomes "$dir/live.pcap" "$start" "$us_at" |
            awk '$1 > 0 { print $1; exit }')" 3.21675 7
    done
    within "its takeover after our goodbye" "$(sed -n '3s/^resigned us them //p' "$dir/handovers")" 0.598 "$(later 1.11)"
    within "its takeover after our crash" "$(sed -n '5s/^silent us them //p' "$dir/handovers")" 3.598 "$(later 4.11)"
}

# ---- a wire with both readings
deaf() {
    who keepalived-2.2 message 100 150 || return
    build_switch && build_us || { bad "the stage"; return; }
    # shellcheck disable=SC2046  # the fields of the line
    build_host $(sed -n 's/^-1 node \(them.*\)/\1/p' "$dir/plan")
    begin
    start_host them
    sleep_until 1;    live_us --force
    sleep_until 8
    has "we are Active beside it" '"to":"active"' "$dir/us.jsonl"
    has "and know why" 'checksum does not match' "$dir/us.jsonl"
    if [ -n "$(ip -n "${play}them" -o addr show to 192.0.2.1)" ]; then ok; else bad "keepalived is not Active"; fi
    has "it says the same" 'Invalid VRRPv3 checksum' "$dir/them.log"
    kill -TERM "$us"; wait "$us"
}

stage_ask
command -v ping >/dev/null 2>&1 || { echo "ping is not here"; exit 77; }
work=$(mktemp -d); chmod 755 "$work"
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
case_of keepalived-v2 yields keepalived-2.2 2
case_of keepalived-v3 yields keepalived-2.2 3
case_of keepalived-v6 yields keepalived-2.2 6
case_of frr-v3 yields frr 3
case_of frr-v6 yields frr 6
wait_cases
case_of under-keepalived-v2 outranks keepalived-2.2 2
case_of under-keepalived-v6 outranks keepalived-2.2 6
case_of under-frr-v3 outranks frr 3
case_of under-frr-v6 outranks frr 6
wait_cases
case_of under-keepalived-v3 outranks keepalived-2.2 3
if command -v nft >/dev/null 2>&1; then
    case_of keepalived-message yields keepalived-2.2 message
    case_of under-keepalived-message outranks keepalived-2.2 message
else echo "    skipped: the other checksum: nft is not here"; fi
case_of deaf deaf
wait_cases
report interop.txt
