#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `make bench-live`: what the live balancer does beside others on the same wire in the same run: requests in kept connections,
# new connections and 1 MiB files a second, and the balancer's own CPU time a request. A client (wrk, 1 thread, 32
# connections), the balancer and an nginx, each in a namespace; two-armed NAT. Beside it: the kernel's DNAT by nftables, and
# HAProxy in TCP mode with one thread. Then at layer 7, where each request is read, and a cookie and X-Forwarded-For go in: beside HAProxy
# in HTTP mode. Ratios count, absolutes are this machine's.
#   SECONDS_EACH=3 ROUNDS=3     each figure is the median of the rounds, which take turns
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/web.sh"

SECONDS_EACH=${SECONDS_EACH:-3} ROUNDS=${ROUNDS:-3}
stage_ask
for tool in nginx wrk; do
    command -v $tool >/dev/null 2>&1 || { echo "bench-live: $tool is not here (apt-get install $tool)"; exit 77; }
done
work=$(mktemp -d)
trap 'stage_close; rm -rf "$work"' EXIT
stage_open 3600
dir=$work play=$STAGE

for name in client lb web; do ip netns add "$play$name"; settle $name; done
ip link add name eth0 netns "${play}client" type veth peer name v0 netns "${play}lb"
ip link add name eth0 netns "${play}web" type veth peer name v1 netns "${play}lb"
ip -n "${play}lb" link set v0 up; ip -n "${play}lb" link set v1 up
ip -n "${play}client" link set eth0 up; ip -n "${play}web" link set eth0 up
ip -n "${play}client" addr add 192.0.2.50/24 dev eth0
on web sh -c 'ip addr add 198.51.100.11/24 dev eth0; ip addr add 198.51.100.12/24 dev eth0; ip route add default via 198.51.100.1'
on client sysctl -qw net.ipv4.tcp_tw_reuse=1
head -c 1048576 /dev/urandom >"$work/mib"
web_server
cat >"$work/s.yaml" <<'END'
title: bench
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  lb:
    kind: loadmaster
    interfaces: [{name: lan, on: lan, ip: 192.0.2.1}, {name: farm, on: farm, ip: 198.51.100.1}]
    services: {web: {vip: 192.0.2.80, port: 80, forwarding: nat, closing_timeout: 1s, servers: {rs1: {ip: 198.51.100.11}, rs2: {ip: 198.51.100.12}}}}
until: 3600s
END
cat >"$work/haproxy.cfg" <<H
global
    maxconn 4000
    nbthread 1
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen web
    bind 192.0.2.80:80
    balance roundrobin
    server rs1 198.51.100.11:80
    server rs2 198.51.100.12:80
H

sed 's/forwarding: nat,/forwarding: nat, persistence: active-cookie, forwarded_for: true,/' "$work/s.yaml" >"$work/s7.yaml"
sed 's/mode tcp/mode http/; s/balance roundrobin/balance roundrobin\n    option forwardfor\n    cookie STAY insert indirect nocache/
     s/^\( *server rs\([12]\) .*\)/\1 cookie c\2/' "$work/haproxy.cfg" >"$work/haproxy7.cfg"

# ---- the balancers: start leaves $balancer (a process number, or nothing), stop ends it
configure_kernel() {    # what the kernel needs for its own balancers, and viplab must not have
    case $1 in
    add) on lb sh -c 'ip addr add 192.0.2.80/24 dev v0; ip addr add 198.51.100.1/24 dev v1; sysctl -qw net.ipv4.ip_forward=1' ;;
    del) on lb sh -c 'ip addr flush dev v0; ip addr flush dev v1; sysctl -qw net.ipv4.ip_forward=0' ;;
    esac
}
start_viplab() {
    ip netns exec "${play}lb" "$VIPLAB" live "$work/s$layer.yaml" --attach lan=v0 --attach farm=v1 --transmit --rate none -q >"$work/live.out" 2>&1 &
    balancer=$!
}
start_haproxy() {
    configure_kernel add
    ip netns exec "${play}lb" haproxy -db -f "$work/haproxy$layer.cfg" >"$work/haproxy.out" 2>&1 &
    balancer=$!
}
start_nftables() {
    configure_kernel add
    balancer=
    on lb nft -f - <<'N'
table ip bench { chain in { type nat hook prerouting priority -100; ip daddr 192.0.2.80 tcp dport 80 dnat to numgen inc mod 2 map { 0 : 198.51.100.11, 1 : 198.51.100.12 }; } }
N
}
stop() {
    [ -z "$balancer" ] || { kill "$balancer"; wait "$balancer" 2>/dev/null; }
    [ "$1" = nftables ] && on lb nft delete table ip bench
    [ "$1" = viplab ] || configure_kernel del
    on client ip neigh flush all; on web ip neigh flush all
}
cpu() { [ -n "$balancer" ] && cpu_of "$balancer" || echo 0; }
rate() {        # rate PATH [HEADER]: wrk's requests a second, and its errors
    on client wrk -t1 -c32 -d"${SECONDS_EACH}s" ${2:+-H "$2"} "http://192.0.2.80/$1" | awk '
        /Requests\/sec/ { r = $2 } /requests in/ { n = $1 } /Socket errors/ { gsub(",", ""); e = $4 + $6 + $8 + $10 } /Non-2xx/ { e += $NF }
        END { print r + 0, n + 0, e + 0 }'
}

layer=
peers=viplab
command -v haproxy >/dev/null 2>&1 && peers="$peers haproxy"
# a kernel may lack the parts of nftables that balance
if command -v nft >/dev/null 2>&1 && start_nftables 2>/dev/null; then
    stop nftables
    peers="$peers nftables"
else
    configure_kernel del
    echo "nftables: not here, or this kernel does not balance by it"
fi
one_round() {
    for peer in $peers; do
        start_$peer
        for try in 1 2 3 4 5 6 7 8 9 10; do
            on client sh -c 'wrk -t1 -c1 -d1s http://192.0.2.80/hello 2>/dev/null' | grep -q 'requests in' && break
        done
        for what in kept new mib; do
            before=$(cpu)
            case $what in
            kept) rate hello ;;
            new)  rate hello 'Connection: close' ;;
            mib)  rate mib ;;
            esac >"$work/now"
            read -r requests count errors <"$work/now"
            echo "$peer $what $requests $errors $(cpu) $before $count" >>"$work/figures$layer"
        done
        stop $peer
    done
}
for round in $(seq 1 "$ROUNDS"); do one_round; done

table() {
awk '
function median(list,    v, n, i, j, t) {
    n = split(list, v, " ")
    for (i = 2; i <= n; i++) { t = v[i]; for (j = i - 1; j > 0 && v[j] + 0 > t + 0; j--) v[j + 1] = v[j]; v[j + 1] = t }
    return v[int((n + 1) / 2)]
}
{ rate[$1, $2] = rate[$1, $2] " " $3; errors[$1] += $4; cost[$1, $2] = cost[$1, $2] " " ($7 > 0 ? ($5 - $6) * 1e6 / $7 : 0); if (!($1 in seen)) { seen[$1] = ++n; name[n] = $1 } }
END {
    printf "%-10s %14s %14s %12s %26s %8s\n", "balancer", "requests/s", "connections/s", "MiB/s", "CPU us a request, conn, MiB", "errors"
    for (i = 1; i <= n; i++) {
        p = name[i]
        k = median(rate[p, "kept"]); c = median(rate[p, "new"]); m = median(rate[p, "mib"])
        printf "%-10s %14.0f %14.0f %12.0f %9.1f %8.1f %8.1f %8d\n", p, k, c, m, median(cost[p, "kept"]), median(cost[p, "new"]), median(cost[p, "mib"]), errors[p]
        if (i == 1) { k1 = k; c1 = c; m1 = m }
        else if (k * c * m > 0) printf "%-10s %13.2fx %13.2fx %11.2fx\n", "  viplab", k1 / k, c1 / c, m1 / m
    }
}' "$work/figures$layer"
}
table

layer=7 peers=$(echo "$peers" | sed 's/ nftables//')
echo
echo 'layer 7: each request read, a cookie and X-Forwarded-For put in'
for round in $(seq 1 "$ROUNDS"); do one_round; done
table
