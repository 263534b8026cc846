#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `make bench-live': a flood of SYNs from random places (100 000 a second for 30 s, or what this machine reaches) at the live
# balancer beside real traffic: its memory before and after, an established download by its checksum, requests in kept
# connections and their errors, and the longest gap between its advertisements. Not ratios but promises: exit status 1 where one
# is broken. All run on the same cores, the flood's sender too.
#   RATE=100000 SECONDS_FLOOD=30
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/web.sh"

RATE=${RATE:-100000} SECONDS_FLOOD=${SECONDS_FLOOD:-30}
stage_ask
for tool in nginx curl wrk python3 sha256sum tcpdump; do
    command -v $tool >/dev/null 2>&1 || { echo "bench-live: $tool is not here (apt-get install $tool)"; exit 77; }
done
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
stage_open 3600
dir=$work play=$STAGE broken=0

for name in client foe lb web switch; do ip netns add "$play$name"; settle $name; done
ip -n "${play}switch" link add lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
ip -n "${play}switch" link set lan up
for end in client:eth0 foe:eth0 lb:v0; do
    ip link add name "p-${end%:*}" netns "${play}switch" type veth peer name "${end#*:}" netns "$play${end%:*}"
    ip -n "${play}switch" link set "p-${end%:*}" master lan up
    ip -n "$play${end%:*}" link set "${end#*:}" up
done
ip link add name eth0 netns "${play}web" type veth peer name v1 netns "${play}lb"
ip -n "${play}lb" link set v1 up; ip -n "${play}web" link set eth0 up
ip -n "${play}client" addr add 192.0.2.50/24 dev eth0
ip -n "${play}foe" addr add 192.0.2.66/24 dev eth0
on web sh -c 'ip addr add 198.51.100.11/24 dev eth0; ip route add default via 198.51.100.1; sysctl -qw net.ipv4.tcp_max_syn_backlog=65536'
head -c 60000000 /dev/urandom >"$work/file"
web_server
cat >"$work/s.yaml" <<'END'
title: a flood
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  lb:
    kind: loadmaster
    interfaces: [{name: lan, on: lan, ip: 192.0.2.1}, {name: farm, on: farm, ip: 198.51.100.1}]
    ha: {protocol: vrrp, id: 47, role: first, shared: 192.0.2.10}
    services: {web: {vip: 192.0.2.80, port: 80, forwarding: nat, half_open: 500, servers: {rs1: {ip: 198.51.100.11}}}}
until: 3600s
END
$URGENT ip netns exec "${play}lb" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --attach farm=v1 --transmit --force --rate none -q \
    >"$work/live.out" 2>&1 &
live=$!
for try in $(seq 40); do
    ! on client curl -s -m 1 http://192.0.2.80/hello >/dev/null || break
    sleep 0.25
done
on foe ping -c 1 -W 1 192.0.2.80 >/dev/null 2>&1
promise() {     # promise WHAT FIGURE STATUS
    printf '  %-52s %s%s\n' "$1" "$2" "$([ "$3" = 0 ] || echo '   BROKEN')"
    [ "$3" = 0 ] || broken=1
}
memory() {      # of both processes, kB
    for pid in $live $(pgrep -P "$live"); do sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"; done | awk '{ n += $1 } END { print n }'
}
requests() { on client wrk -t 1 -c 8 -d "$1" http://192.0.2.80/hello 2>&1; }

alone=$(requests 5 | awk '$1 == "Requests/sec:" { print int($2) }')
on lb $URGENT tcpdump -Z root -i v0 -nn -s 128 -U -w "$work/adverts.pcap" 'ip proto 112 and src 192.0.2.1' 2>/dev/null &
dump=$!
# established before, and slow enough to last
ip netns exec "${play}client" curl -s -m 120 --limit-rate 1700000 http://192.0.2.80/file 2>"$work/curl.err" | sha256sum >"$work/sum" &
flow=$!
sleep 1
before=$(memory)
ip netns exec "${play}foe" python3 "$SRCDIR/tests/live/syn_flood.py" eth0 192.0.2.80 80 "$RATE" "$SECONDS_FLOOD" >"$work/flood" 2>&1 &
flood=$!
requests "$SECONDS_FLOOD" >"$work/wrk"
wait "$flood"
after=$(memory)
wait "$flow"
sleep 1
kill "$dump"; wait "$dump" 2>/dev/null
kill -TERM "$live"; wait "$live"

echo "a flood of SYNs at the live balancer: $RATE a second wanted for $SECONDS_FLOOD s"
promise "sent, by the sender" "$(cat "$work/flood"), $(awk '{ printf "%d a second", $1 / $4 }' "$work/flood")" "$(grep -q SYNs "$work/flood"; echo $?)"
promise "memory of its processes, before and after" "$before kB, $after kB" "$([ $((after - before)) -lt 20000 ]; echo $?)"
promise "the established download" "$([ "$(cat "$work/sum")" = "$(sha256sum <"$work/file")" ] && echo whole || echo damaged)" \
    "$([ "$(cat "$work/sum")" = "$(sha256sum <"$work/file")" ]; echo $?)"
errors=$(sed -n 's/.*Socket errors: //p' "$work/wrk")
promise "requests a second beside it (alone: $alone), errors" \
    "$(awk '$1 == "Requests/sec:" { print int($2) }' "$work/wrk"), ${errors:-none}" "$(grep -q 'Requests/sec' "$work/wrk" && [ -z "$errors" ]; echo $?)"
gap=$(tcpdump -tt -nn -r "$work/adverts.pcap" 2>/dev/null | awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1; n++ } END { printf "%d, %.3f s", n, most }')
promise "advertisements, the longest gap (interval 1 s)" "$gap" "$(echo "$gap" | awk '{ exit !($1 >= 30 && $2 < 1.5) }'; echo $?)"
grep -E 'heard|lost|dropped|over' "$work/live.out" | sed 's/^/  /'
exit $broken
