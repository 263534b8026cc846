#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Layer 7 on a wire, between real clients and two real servers: wrk's kept connections without an error, a long body by its
# checksum, both through a service that reads every request; and openssl, whose TLS 1.2 sessions are resumed on the server that
# knows them where the service goes by SSL Session ID, and by chance where it does not, or where TLS 1.3 has no ID to go by.
# LIVE_SECONDS=30 LIVE_BYTES=1000000000 for longer.
set -u
. "$SRCDIR/tests/cli/lib.sh"
. "$SRCDIR/tests/live/stage.sh"

stage_ask nginx curl openssl sha256sum jq
trap 'stage_close; rm -rf "$work"' EXIT
stage_open
play=$STAGE
SECONDS_LONG=${LIVE_SECONDS:-3} BYTES=${LIVE_BYTES:-50000000} TIMES=8

build_lan client lb near
on lb sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
on client ip addr add 192.0.2.50/24 dev eth0
on near sh -c 'for i in 21 22; do ip addr add 192.0.2.$i/24 dev eth0; done'

# ---- two servers, each with its own memory of sessions
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=example.org -days 30 \
    -keyout "$work/key.pem" -out "$work/cert.pem" >/dev/null 2>&1 || { echo "openssl makes no certificate"; exit 77; }
openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c "$BYTES" >"$work/big"
sum=$(sha256sum <"$work/big")
for i in 21 22; do
    cat >"$work/$i.conf" <<N
daemon off; pid $work/$i.pid; error_log $work/$i.error; worker_processes 1; user root;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; sendfile on;
  client_body_temp_path $work/$i-1; proxy_temp_path $work/$i-2; fastcgi_temp_path $work/$i-3;
  uwsgi_temp_path $work/$i-4; scgi_temp_path $work/$i-5; root $work;
  ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem; ssl_session_cache shared:s:1m; ssl_session_tickets off;
  location_placeholder; }
N
    sed -i "s|location_placeholder;|server { listen 192.0.2.$i:80; listen 192.0.2.$i:443 ssl; ssl_protocols TLSv1.2 TLSv1.3; location /hello { default_type text/plain; return 200 \"\$server_addr\\\\n\"; } }|" "$work/$i.conf"
    ip netns exec "${play}near" nginx -e "$work/$i.error" -c "$work/$i.conf" >"$work/$i.out" 2>&1 &
done

cat >"$work/s.yaml" <<'END'
title: layer 7 between real hosts
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  lb:
    kind: loadmaster
    on: lan
    ip: 192.0.2.1
    services:
      l7: {vip: 192.0.2.84, port: 80, forwarding: snat, scheduler: rr, persistence: active-cookie, persistence_port: true, forwarded_for: true, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}
      id: {vip: 192.0.2.85, port: 443, forwarding: snat, scheduler: rr, tls: pass, persistence: ssl-session-id, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}
      none: {vip: 192.0.2.86, port: 443, forwarding: snat, scheduler: rr, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}
until: 900s
END
gives 0 "$VIPLAB" check "$work/s.yaml"
socket=$work/lb.sock
ip netns exec "${play}lb" "$VIPLAB" live "$work/s.yaml" --attach lan=eth0 --transmit --rate none --control "$socket" >"$work/live.out" 2>&1 &
live=$!
client() { on client curl -sS -m 300 "$@"; }
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    client -m 2 http://192.0.2.84/hello >/dev/null 2>&1 && break
    sleep 0.5
done
if client http://192.0.2.84/hello >"$work/out" 2>&1; then ok; else bad "no answer"; cat "$work/live.out" "$work"/*.error; finish; exit 1; fi

# ---- a long body, in a connection that was used before and will be again
client -c "$work/jar" -b "$work/jar" "http://192.0.2.84/hello" -o /dev/null "http://192.0.2.84/big" -o "$work/got" "http://192.0.2.84/hello" -o /dev/null \
    -w '%{http_code} %{num_connects}\n' >"$work/out" 2>&1
same "three answers, one connection" "$(cat "$work/out" | tr '\n' ' ')" "200 1 200 0 200 0 "
same "$BYTES bytes" "$(sha256sum <"$work/got")" "$sum"
rm -f "$work/got"

# ---- the cookie that the balancer gave: new connections that bring it meet one server, others take turns
met() { for try in 1 2 3 4 5 6; do client "$@" http://192.0.2.84/hello; done | sort | uniq -c | awk '{ print $1 }' | tr '\n' ' '; }
same "servers that six with the cookie meet" "$(met -b "$work/jar")" "6 "
same "and six without" "$(met)" "3 3 "

# ---- kept connections
if command -v wrk >/dev/null 2>&1; then
    on client wrk -t 1 -c 20 -d "${SECONDS_LONG}s" http://192.0.2.84/hello >"$work/wrk" 2>&1
    if grep -q 'Socket errors\|Non-2xx' "$work/wrk"; then bad "wrk met errors"; cat "$work/wrk"; else ok; fi
    requests=$(awk '/requests in/ { print $1 }' "$work/wrk")
    echo "wrk, $SECONDS_LONG s: $requests requests without an error"
    [ "${requests:-0}" -gt $((SECONDS_LONG * 300)) ] && ok || bad "only ${requests:-0} requests: $(cat "$work/wrk")"
else
    echo "wrk is not here: no kept connections by the thousand"
fi

# ---- sessions: one in full, then $TIMES that bring it back; how many were resumed, how many servers answered
resumed() {     # resumed VERSION ADDRESS
    ask() { printf 'GET /hello HTTP/1.0\r\n\r\n' | on client timeout 20 openssl s_client -ign_eof "$@" -connect "$address:443" 2>"$work/err"; }
    version=$1 address=$2
    ask "$version" -sess_out "$work/session" >"$work/first" || bad "$version: no first connection: $(tail -n 3 "$work/err")"
    : >"$work/all"
    for try in $(seq $TIMES); do ask "$version" -sess_in "$work/session" >>"$work/all"; done
    echo "$(grep -c '^Reused, ' "$work/all") $(grep -c '^192.0.2.2[12]' "$work/all") $(grep '^192.0.2.2[12]' "$work/first" "$work/all" -h | sort -u | wc -l)"
}
same "TLS 1.2, by session ID: resumed, answered, servers" "$(resumed -tls1_2 192.0.2.85)" "$TIMES $TIMES 1"
same "TLS 1.2, by nothing" "$(resumed -tls1_2 192.0.2.86)" "$((TIMES / 2)) $TIMES 2"
same "TLS 1.3, by an ID that is filler" "$(resumed -tls1_3 192.0.2.85)" "$((TIMES / 2)) $TIMES 2"

gives 0 "$VIPLAB" ctl -S "$socket" journal
same "who resumed went by persistence" "$(jq -r 'select(.kind == "balancer.open" and .part == "id" and .data.why == "persistence") | .kind' "$work/out" | wc -l)" "$TIMES"
gives 0 "$VIPLAB" ctl -S "$socket" end
status=0
wait "$live" || status=$?
same "ended well" "$status" 0
finish
