#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A pair of live LoadMasters, each a process on a host of its own, between real clients and real servers: while the
# Active's cables are cut, requests fail only until the other may take over (Active_Down_Interval), and none after that;
# the same for a polite end, which costs no more than Skew_Time. A download that was established before the cut is read to
# its end through the other unit, as the pair shares its connections. Both units are one script, each built with --only.
set -u
. "$SRCDIR/tests/cli/lib.sh"
. "$SRCDIR/tests/live/stage.sh"

stage_ask nginx curl python3 jq
trap 'stage_close; rm -rf "$work"' EXIT
stage_open
dir=$work play=$STAGE

ip netns add "${play}switch" && settle switch
ip -n "${play}switch" link add lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
ip -n "${play}switch" link set lan up
for name in client lb1 lb2 web; do
    ip netns add "$play$name" && settle $name
    ip -n "${play}switch" link add "p-$name" type veth peer name eth0 netns "$play$name"
    ip -n "${play}switch" link set "p-$name" master lan up
    ip -n "$play$name" link set eth0 up
done
on client ip addr add 192.0.2.50/24 dev eth0
on web sh -c 'ip addr add 192.0.2.21/24 dev eth0; ip addr add 192.0.2.22/24 dev eth0'
cat >"$work/nginx.conf" <<N
daemon off; pid $work/nginx.pid; error_log $work/nginx.error; worker_processes 1; user root;
events { worker_connections 4096; }
http { access_log off; client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3;
  uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
  server { listen 80; root $work; location = /big { sendfile on; } location / { default_type text/plain; return 200 "\$server_addr\n"; } } }
N
head -c 40000000 /dev/urandom >"$work/big"
sum=$(sha256sum <"$work/big")
ip netns exec "${play}web" nginx -e "$work/nginx.error" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &

cat >"$work/s.yaml" <<'END'
title: a pair
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  lb1:
    kind: loadmaster
    on: lan
    ip: 192.0.2.11
    ha: {protocol: vrrp, id: 47, role: first, shared: 192.0.2.10, preferred: first, l4_connection_updates: true}
    services: {web: {vip: 192.0.2.80, port: 80, forwarding: snat, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}}
  lb2:
    kind: loadmaster
    on: lan
    ip: 192.0.2.12
    ha: {protocol: vrrp, id: 47, role: second, shared: 192.0.2.10, preferred: first, l4_connection_updates: true}
    services: {web: {vip: 192.0.2.80, port: 80, forwarding: snat, servers: {rs1: {ip: 192.0.2.21}, rs2: {ip: 192.0.2.22}}}}
until: 300s
END
gives 0 "$VIPLAB" check "$work/s.yaml"

unit() {        # unit NAME: its process number is in $work/NAME.pid; it joins a pair that is Active already (--force)
    $URGENT ip netns exec "$play$1" "$VIPLAB" live "$work/s.yaml" --only "$1" --attach lan=eth0 --transmit --force --control "$work/$1.sock" \
        >"$work/$1.out" 2>&1 &
    echo $! >"$work/$1.pid"
}
# The last state of a unit's VRRP, by its own journal.
state() { "$VIPLAB" ctl -S "$work/$1.sock" journal 2>/dev/null | jq -r 'select(.kind == "vrrp.state") | .data.to' | tail -n 1; }
becomes() {     # becomes NAME STATE: within 15 s
    for try in $(seq 1 50); do
        [ "$(state "$1")" = "$2" ] && { ok; return; }
        sleep 0.3
    done
    bad "$1 is $(state "$1"), not $2"
    cat "$work/$1.out"
}
unit lb1
becomes lb1 active
unit lb2
becomes lb2 backup

# load NAME SECONDS: a new connection every 25 ms; prints "N failed, the last N.N s after the first"
load() {
    on client python3 - "$2" >"$work/$1" <<'P' &
import socket, sys, threading, time
seconds, rate = int(sys.argv[1]), 40
failed, begin, lock = [], time.time(), threading.Lock()

def request(at):
    try:
        with socket.create_connection(("192.0.2.80", 80), 1) as s:
            s.settimeout(1)
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if b"200 OK" in s.recv(1000):
                return
    except OSError:
        pass
    with lock:
        failed.append(at)

threads = []
for i in range(seconds * rate):
    time.sleep(max(0, begin + i / rate - time.time()))
    threads.append(threading.Thread(target=request, args=(time.time() - begin,)))
    threads[-1].start()
for t in threads:
    t.join()
failed.sort()
print(len(threads), len(failed), "%.2f" % (failed[-1] - failed[0] if failed else 0))
P
    load=$!
}
within() { awk -v got="$2" -v most="$3" 'BEGIN { exit !(got <= most) }' && ok || bad "$1: $2, at most $3"; }

# ---- no failure as long as nothing happens
load quiet 3
wait $load
read -r all failed_requests length <"$work/quiet"
same "quiet: requests, failed" "$all $failed_requests" "120 0"

# ---- the cable is cut: silent for Active_Down_Interval (3 intervals and Skew_Time: under 4 s), 0.5 s for us. A request that
# began up to 1 s before it is over fails, too: its SYN was lost, and it has 1 s of patience.
load crash 12
on client curl -sS -m 60 --limit-rate 4M http://192.0.2.80/big 2>"$work/err" | sha256sum >"$work/download" &
download=$!
sleep 2
ip -n "${play}switch" link set p-lb1 down
wait $load
read -r all failed_requests length <"$work/crash"
echo "# crash: $failed_requests of $all requests failed, over $length s"
[ "$failed_requests" -gt 20 ] && ok || bad "the cut was not felt: $failed_requests failed"
within "crash: failing for" "$length" 4.5
wait $download
same "the established download" "$(cat "$work/download" "$work/err")" "$sum"
becomes lb2 active

# ---- it comes back and takes over again, as it is preferred: then says goodbye politely
ip -n "${play}switch" link set p-lb1 up
becomes lb1 active
becomes lb2 backup
load polite 8
sleep 2
"$VIPLAB" ctl -S "$work/lb1.sock" end >/dev/null
wait $load
read -r all failed_requests length <"$work/polite"
echo "# polite: $failed_requests of $all requests failed, over $length s"
within "polite: failing for" "$length" 1.7
becomes lb2 active
status=0
wait "$(cat "$work/lb1.pid")" || status=$?
same "lb1 ended well" "$status" 0
gives 0 "$VIPLAB" ctl -S "$work/lb2.sock" end
finish
