#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The balancer on a wire, between real clients (curl) and real servers (nginx) whose kernels know nothing of it: two-armed
# NAT, full NAT, direct server return, IPv4 and IPv6, and layer 7 with a cookie of the balancer. Every answer is right and
# complete: thousands of requests in new and in kept connections without an error, 100 MB by checksum (the frames are
# super-frames without a checksum); a stopped nginx goes out by its check and comes back; drain cuts nobody; slow start is
# seen in nginx's own log; a flood of SYNs from everywhere leaves memory flat, an established download alive and
# advertisements on time.
set -u
. "$SRCDIR/tests/cli/lib.sh"
. "$SRCDIR/tests/live/stage.sh"

stage_ask nginx curl python3 sha256sum jq
trap 'stage_close; rm -rf "$work"' EXIT
stage_open
dir=$work play=$STAGE
REQUESTS=${LIVE_REQUESTS:-1000}          # in new and in kept connections, of five services each

# ---- the segments lan and farm; hosts: client (lan), lb (both, nothing configured), far (farm), near (lan)
host() { ip netns add "$play$1"; on "$1" ip link set lo up; for f in all default; do on "$1" sysctl -qw net.ipv6.conf.$f.accept_dad=0; done; }
plug() {        # plug HOST DEVICE BRIDGE
    ip -n "${play}switch" link add "$1-$2" type veth peer name "$2" netns "$play$1"
    ip -n "${play}switch" link set "$1-$2" master "$3" up
    ip -n "$play$1" link set "$2" up
}
ip netns add "${play}switch" && settle switch
for bridge in lan farm; do
    ip -n "${play}switch" link add "$bridge" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "${play}switch" link set "$bridge" up
done
for name in client lb far near; do host $name; done
plug client eth0 lan; plug near eth0 lan; plug far eth0 farm; plug lb v0 lan; plug lb v1 farm
for f in v0 v1; do on lb sysctl -qw net.ipv6.conf.$f.disable_ipv6=1; done
on client sh -c 'ip addr add 192.0.2.50/24 dev eth0; ip addr add 2001:db8:1::50/64 dev eth0 nodad'
for i in 1 2; do
    on near sh -c "ip addr add 192.0.2.2$i/24 dev eth0; ip addr add 2001:db8:1::2$i/64 dev eth0 nodad"
    on far sh -c "ip addr add 198.51.100.1$i/24 dev eth0; ip addr add 2001:db8:2::1$i/64 dev eth0 nodad"
done
on far sh -c 'ip route add default via 198.51.100.1; ip -6 route add default via 2001:db8:2::1'
# direct server return: the virtual address is the servers' own, and the link never hears of it
on near sh -c 'ip addr add 192.0.2.82/32 dev lo; sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2'
head -c 100000000 /dev/urandom >"$work/big"
sum=$(sha256sum <"$work/big")

configure() {   # configure NAME LISTEN...
    name=$1
    shift
    cat >"$work/$name.conf" <<N
daemon off; pid $work/$name.pid; error_log $work/$name.error; worker_processes 1; user root;
events { worker_connections 4096; }
http { log_format moments '\$msec \$server_addr'; access_log $work/$name.log moments; keepalive_requests 100000; sendfile on;
  client_body_temp_path $work/$name-1; proxy_temp_path $work/$name-2; fastcgi_temp_path $work/$name-3;
  uwsgi_temp_path $work/$name-4; scgi_temp_path $work/$name-5;
  server { $(printf 'listen %s; ' "$@") root $work;
           location /check { access_log off; return 200; }
           location /hello { default_type text/plain; return 200 "\$server_addr\n"; } } }
N
}
serve() { ip netns exec "$play$1" nginx -e "$work/$2.error" -c "$work/$2.conf" >"$work/$2.out" 2>&1 & }
configure near 80 '[::]:80'
configure far 80 '[::]:80' 198.51.100.12:81
configure lone 198.51.100.11:81         # the one that will be stopped
serve near near; serve far far; serve far lone

cat >"$work/s.yaml" <<'END'
title: one balancer, every mode
segments:
  lan: {net: 192.0.2.0/24, net6: "2001:db8:1::/64"}
  farm: {net: 198.51.100.0/24, net6: "2001:db8:2::/64"}
nodes:
  lb:
    kind: loadmaster
    interfaces: [{name: lan, on: lan, ip: 192.0.2.1, ip6: "2001:db8:1::1"}, {name: farm, on: farm, ip: 198.51.100.1, ip6: "2001:db8:2::1"}]
    ha: {protocol: vrrp, id: 47, role: first, shared: 192.0.2.10}
    services:
      nat: {vip: 192.0.2.80, port: 80, forwarding: nat, half_open: 500, servers: {rs1: {ip: 198.51.100.11}, rs2: {ip: 198.51.100.12}}}
      snat: {vip: 192.0.2.81, port: 80, forwarding: snat, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}
      dsr: {vip: 192.0.2.82, port: 80, forwarding: dsr, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}
      nat6: {vip: "2001:db8:1::80", port: 80, forwarding: nat, servers: {rs1: {ip: "2001:db8:2::11"}, rs2: {ip: "2001:db8:2::12"}}}
      snat6: {vip: "2001:db8:1::81", port: 80, forwarding: snat, servers: {rs1: {ip: "2001:db8:1::21"}, rs2: {ip: "2001:db8:1::22"}}}
      l7: {vip: 192.0.2.84, port: 80, forwarding: snat, persistence: active-cookie, persistence_port: true, forwarded_for: true, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}
      care: {vip: 192.0.2.83, port: 81, forwarding: nat, slow_start: 8s, servers: {rs1: {ip: 198.51.100.11}, rs2: {ip: 198.51.100.12}}, check: {type: http, profile: haproxy, interval: 300ms, url: /check}}
until: 600s
END
gives 0 "$VIPLAB" check "$work/s.yaml"

socket=$work/lb.sock
ip netns exec "${play}lb" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --attach farm=v1 --transmit --rate none \
    --control "$socket" >"$work/live.out" 2>&1 &
live=$!
ctl() { "$VIPLAB" ctl -S "$socket" "$@"; }
client() { on client curl -sS -m 60 "$@"; }
first_answer() {        # the first once HA has made it active
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        client -m 2 http://192.0.2.80/hello >/dev/null 2>&1 && return 0
        sleep 0.5
    done
    return 1
}
if first_answer; then ok; else bad "no answer through the balancer"; cat "$work/live.out" "$work"/*.error; finish; exit 1; fi

# ---- every mode: new connections, kept connections, 100 MB
spread() { sort "$1" | uniq -c | awk '{ printf "%s%s", (NR > 1 ? " " : ""), $1 }'; }
mode() {        # mode NAME URL-HOST
    client --no-progress-meter -Z --parallel-max 20 -H 'Connection: close' "http://$2/hello?[1-$REQUESTS]" >"$work/new" 2>"$work/err" ||
        bad "$1: a new connection failed: $(head -n 1 "$work/err")"
    same "$1: answers" "$(wc -l <"$work/new")" "$REQUESTS"
    # with direct server return every server says that it is the virtual address
    [ "$1" = dsr ] || same "$1: round robin" "$(spread "$work/new")" "$((REQUESTS / 2)) $((REQUESTS / 2))"
    client "http://$2/hello?[1-$REQUESTS]" >"$work/kept" 2>"$work/err" || bad "$1: a kept connection failed: $(cat "$work/err")"
    same "$1: answers, kept" "$(wc -l <"$work/kept")" "$REQUESTS"
    same "$1: 100 MB" "$(client "http://$2/big" | sha256sum)" "$sum"
}
mode nat 192.0.2.80
mode snat 192.0.2.81
mode dsr 192.0.2.82
ctl journal | jq -r 'select(.kind == "balancer.open" and .part == "dsr") | .data.server' | head -n "$REQUESTS" >"$work/new"
same "dsr: round robin" "$(spread "$work/new")" "$((REQUESTS / 2)) $((REQUESTS / 2))"
mode nat6 '[2001:db8:1::80]'
mode snat6 '[2001:db8:1::81]'

mode l7 192.0.2.84

# ---- layer 7: who brings the balancer's cookie back stays with his server, in a new connection each time
client -c "$work/jar" http://192.0.2.84/hello >"$work/first"
client -b "$work/jar" -H 'Connection: close' "http://192.0.2.84/hello?[1-20]" >"$work/out"
same "active cookie" "$(sort -u "$work/out")" "$(cat "$work/first")"
says 'LBCOOKIE\|192.0.2.84' "$work/jar"

# ---- drain cuts nobody: a slow download goes on while its server is drained, others go elsewhere
# Two downloads, one to each server; both servers in turn are drained meanwhile.
for i in 1 2; do
    client --limit-rate 20M http://192.0.2.80/big 2>/dev/null | sha256sum >"$work/slow$i" &
    eval "slow$i=$!"
done
sleep 1
gives 0 ctl drain lb/nat/rs1
client "http://192.0.2.80/hello?[1-10]" -H 'Connection: close' >"$work/out"
same "nobody new to the drained one" "$(sort -u "$work/out")" "198.51.100.12"
gives 0 ctl enable lb/nat/rs1
gives 0 ctl drain lb/nat/rs2
client "http://192.0.2.80/hello?[1-10]" -H 'Connection: close' >"$work/out"
same "nor to the other" "$(sort -u "$work/out")" "198.51.100.11"
gives 0 ctl enable lb/nat/rs2
# shellcheck disable=SC2154  # set by eval
wait "$slow1" "$slow2"
same "drain cut nobody" "$(cat "$work/slow1" "$work/slow2")" "$sum
$sum"

# ---- a stopped nginx goes out and comes back; slow start in nginx's own log
client "http://192.0.2.83:81/hello?[1-4]" >"$work/out" 2>"$work/err" || bad "care: $(cat "$work/err")"
kill "$(cat "$work/lone.pid")"
sleep 3
client -H 'Connection: close' "http://192.0.2.83:81/hello?[1-20]" >"$work/out" 2>"$work/err"
same "the dead one is out" "$(sort "$work/out" | uniq -c | awk '{ print $1, $2 }')" "20 198.51.100.12"
gives 0 ctl journal
same "down, by its check" "$(jq -r 'select(.kind == "balancer.health" and .part == "care" and .data.server == "rs1" and .data.state == "down") | .kind' "$work/out" | wc -l)" 1
: >"$work/lone.log"
: >"$work/far.log"
on client python3 - 192.0.2.83 81 12 40 <<'P' >"$work/steady" &
import socket, sys, time
host, port, seconds, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
begin, good = time.time(), 0
for i in range(seconds * rate):
    time.sleep(max(0, begin + i / rate - time.time()))
    try:
        s = socket.create_connection((host, port), 5)
        s.sendall(b"GET /hello HTTP/1.0\r\n\r\n")
        good += b"200 OK" in s.recv(1000)
        s.close()
    except OSError:
        pass
print(good)
P
steady=$!
sleep 1
serve far lone
wait "$steady"
same "no request lost while it came back" "$(cat "$work/steady")" 480
gives 0 ctl journal
same "up again" "$(jq -r 'select(.kind == "balancer.health" and .part == "care" and .data.server == "rs1" and .data.state == "up") | .kind' "$work/out" | wc -l)" 1
# by the second of nginx's own log from the first request on: less at first, its half at last
sort -n "$work/far.log" "$work/lone.log" | awk '$2 == "198.51.100.11" && !begin { begin = $1 } begin { n = int($1 - begin); all[n]++; if ($2 == "198.51.100.11") own[n]++ }
     END { early = (own[0] + own[1]) / (all[0] + all[1] + 0.001); late = (own[8] + own[9]) / (all[8] + all[9] + 0.001)
           printf "early %.2f late %.2f\n", early, late; exit !(early < 0.3 && late > 0.4 && late < 0.6) }' >"$work/ramp" 2>&1 &&
    ok || bad "slow start is not seen in nginx's log: $(cat "$work/ramp")"

# ---- 5000 SYNs a second for 10 s from everywhere
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$(pgrep -x -P "$live" viplab 2>/dev/null || echo "$live")/status" 2>/dev/null; }
client --limit-rate 8M http://192.0.2.80/big 2>/dev/null | sha256sum >"$work/long" &
long=$!
ip netns exec "${play}switch" timeout 14 tcpdump -i lan -nn -w "$work/adverts.pcap" 'ip proto 112' >/dev/null 2>&1 &
dump=$!
sleep 1
before=$(memory)
on client python3 "$SRCDIR/tests/live/syn_flood.py" eth0 192.0.2.80 80 5000 10 >"$work/flood" || bad "no flood: $(cat "$work/flood")"
after=$(memory)
[ "${before:-0}" -gt 0 ] && [ "$((after - before))" -lt 20000 ] && ok || bad "memory grew from $before to $after kB under a SYN flood"
same "a request under the flood" "$(client http://192.0.2.80/hello | cut -c 1-11)" "198.51.100."
wait "$long"
same "the established download" "$(cat "$work/long")" "$sum"
wait "$dump"
gap=$(tcpdump -tt -nn -r "$work/adverts.pcap" 2>/dev/null | awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1; n++ } END { if (n >= 9 && most < 1.5) print "on time"; else print n, "advertisements, longest gap", most }')
same "advertisements" "$gap" "on time"

gives 0 ctl end
status=0
wait "$live" || status=$?
same "ended well" "$status" 0
says 'frames leave as fast as they come' "$work/live.out"
same "--rate none is no rate" "$(grep -c 'over the rate' "$work/live.out")" 0
finish
