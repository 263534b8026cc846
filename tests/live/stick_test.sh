#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Who stays where: one sequence of requests through a real HAProxy (an inserted cookie; stick tables by source address, by a header,
# by a query item and by a cookie that the servers give) and through the balancer with the persistence that means the same, to the same three servers. Then a
# server is drained (who is remembered still comes), stopped (all must go elsewhere), and enabled again. The servers that the users
# meet are the same up to their names: what HAProxy's first server is, the balancer's may be its second.
# The balancer's cookie counts the client's port here: without it all users of one address get the same one, as KEMP's do.
set -u
. "$SRCDIR/tests/cli/lib.sh"
. "$SRCDIR/tests/live/stage.sh"

stage_ask nginx curl haproxy jq python3
trap 'stage_close; rm -rf "$work"' EXIT
stage_open
play=$STAGE

build_lan client lb real near
on lb sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
on client sh -c 'for i in 1 2 3 4 5 6; do ip addr add 192.0.2.5$i/24 dev eth0; done'
on real ip addr add 192.0.2.2/24 dev eth0
on near sh -c 'for i in 21 22 23; do ip addr add 192.0.2.$i/24 dev eth0; done'
cat >"$work/nginx.conf" <<N
daemon off; pid $work/nginx.pid; error_log $work/nginx.error; worker_processes 1; user root;
events { worker_connections 1024; }
http { access_log off; client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3;
  uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
  map \$cookie_SID \$give { "" "SID=\$request_id; Path=/"; }
  server { listen 80; location / { default_type text/plain; add_header Set-Cookie \$give; return 200 "\$server_addr\n"; } } }
N
ip netns exec "${play}near" nginx -e "$work/nginx.error" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &

servers='servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}, rs3: {ip: 192.0.2.23}}'
{
    cat <<Y
title: who stays where
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  lb:
    kind: loadmaster
    on: lan
    ip: 192.0.2.1
    services:
Y
    port=8001
    for kind in 'active-cookie, persistence_port: true' source-ip 'selected-header, persistence_name: X-User' 'query-item, persistence_name: id' \
        'server-cookie, persistence_name: SID'; do
        echo "      s$port: {vip: 192.0.2.80, port: $port, forwarding: snat, scheduler: rr, drain: haproxy, persistence: $kind, persistence_timeout: 1h, $(echo "$servers" | sed 's/ip: \([0-9.]*\)/ip: \1, port: 80/g')}"
        port=$((port + 1))
    done
    echo "until: 600s"
} >"$work/s.yaml"
gives 0 "$VIPLAB" check "$work/s.yaml"

{
    cat <<H
global
    stats socket $work/stats level admin
    nbthread 1
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    option redispatch
H
    port=8001
    for rule in 'cookie STAY insert indirect nocache' 'stick-table type ip size 1k expire 1h
    stick on src' 'stick-table type string size 1k expire 1h
    stick on req.hdr(X-User)' 'stick-table type string size 1k expire 1h
    stick on url_param(id)' 'stick-table type string len 64 size 1k expire 1h
    stick match req.cook(SID)
    stick store-response res.cook(SID)'; do
        echo "listen s$port"
        echo "    bind 192.0.2.2:$port"
        echo "    balance roundrobin"
        echo "    $rule"
        for i in 1 2 3; do echo "    server rs$i 192.0.2.2$i:80 cookie c$i"; done
        port=$((port + 1))
    done
} >"$work/haproxy.cfg"
ip netns exec "${play}real" haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.out" 2>&1 &
socket=$work/lb.sock
ip netns exec "${play}lb" "$VIPLAB" live "$work/s.yaml" --attach lan=eth0 --transmit --rate none --control "$socket" >"$work/live.out" 2>&1 &
live=$!
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    on client curl -sf -m 2 http://192.0.2.80:8001/ >/dev/null && on client curl -sf -m 2 http://192.0.2.2:8001/ >/dev/null && break
    sleep 0.5
done

# All six users, one after another, through every service of one balancer, in a new connection each: "PORT SERVER".
cat >"$work/ask.sh" <<'A'
at=$1 times=$2 work=$3
for again in $(seq "$times"); do
    for user in 1 2 3 4 5 6; do
        for port in 8001 8002 8003 8004 8005; do
            case $port in
            8001) set -- -c "$work/jar.$user.$at" -b "$work/jar.$user.$at" ;;
            8002) set -- --interface "192.0.2.5$user" ;;
            8003) set -- -H "X-User: user$user" ;;
            8004) set -- -G --data-urlencode "id=user$user" ;;
            8005) set -- -c "$work/own.$user.$at" -b "$work/own.$user.$at" ;;
            esac
            echo "$port $(curl -s -m 10 "$@" "http://$at:$port/")"
        done
    done
done
A
everyone() {    # everyone TIMES: through both balancers; PORT.met has a line for each request, "PORT REAL OURS"
    on client sh "$work/ask.sh" 192.0.2.2 "$1" "$work" >"$work/real.met" &
    other=$!
    on client sh "$work/ask.sh" 192.0.2.80 "$1" "$work" >"$work/ours.met"
    wait "$other"
    paste -d ' ' "$work/real.met" "$work/ours.met" | awk -v work="$work" '{ print $1, $2, $4 >>(work "/" $1 ".met") }'
}
set_state() {   # set_state SERVER HAPROXY'S OURS, by the address of a server: the two may have others at that place
    for port in 8001 8002 8003 8004 8005; do
        real=$(awk -v n="$1" 'NR == n { print $2 }' "$work/$port.met") our=$(awk -v n="$1" 'NR == n { print $3 }' "$work/$port.met")
        printf 'set server s%s/rs%s state %s\n' "$port" "${real#192.0.2.2}" "$2" | python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.stdin.buffer.read()); print(s.recv(1000).decode().strip())' "$work/stats" >>"$work/set.out"
        gives 0 "$VIPLAB" ctl -S "$socket" "$3" "lb/s$port/rs${our#192.0.2.2}"
    done
}
: >"$work/set.out"
everyone 2
set_state 2 drain drain
everyone 1
set_state 2 maint disable
everyone 1
set_state 2 ready enable
everyone 2

# The two columns are one another's renaming; and users did stay, and did move when they had to.
for port in 8001 8002 8003 8004 8005; do
    # What HAProxy stores is what a server gives, and none gives a cookie to who has one: after an outage its users go back. The
    # balancer remembers where they went.
    until=36
    [ $port != 8005 ] || until=24
    case $port in 8001) what="cookie" ;; 8002) what="source address" ;; 8003) what="header" ;; 8004) what="query item" ;; *) what="the server's cookie" ;; esac
    same "$what: 36 answers" "$(awk 'NF == 3' "$work/$port.met" | wc -l)" 36
    awk -v until="$until" 'NR <= until { if (($2 in to && to[$2] != $3) || ($3 in from && from[$3] != $2)) { print "request " NR ": " $2 " is " $3 ", was " to[$2]; bad = 1 }
           else { to[$2] = $3; from[$3] = $2 } } END { exit bad }' "$work/$port.met" >"$work/differ" &&
        ok || { bad "$what: HAProxy and the balancer differ"; head -n 5 "$work/differ"; }
    same "$what: stays, and is still known when its server is drained" \
        "$(awk 'NR <= 18 { if (NR > 6 && $3 != first[(NR - 1) % 6]) moved++; if (NR <= 6) first[(NR - 1) % 6] = $3 } END { print moved + 0 }' "$work/$port.met")" 0
    same "$what: users of the stopped server" "$(awk 'NR <= 6 { was[NR] = $3 } NR > 18 && NR <= 24 && $3 != was[NR - 18] { n++ } END { print n + 0 }' "$work/$port.met")" 2
done
same "HAProxy took every command" "$(grep -c . "$work/set.out")" 0
gives 0 "$VIPLAB" ctl -S "$socket" end
wait "$live"
finish
