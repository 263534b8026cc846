#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab report` on a capture of somebody else's balancer: a real HAProxy (mode tcp) before real nginx servers, all on one
# bridge, under a bounded load. HAProxy's own statistics are the oracle: its sessions a server, its bytes.
#   roundrobin with weights 1, 2, 1: the same counts to the digit, bytes within 2 %
#   leastconn, a server comes back among long connections: the storm is found, and about the right server
set -u
. "$SRCDIR/tests/live/stage.sh"

failed=0 passed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "not ok: $*"; }

stage_ask haproxy nginx python3
dir=$(mktemp -d)
trap 'stage_close; rm -rf "$dir"' EXIT
stage_open
play=$STAGE load=$SRCDIR/tests/live/balancer_load.py
VIP=10.77.0.10

host() {        # NAME MAC: a namespace with eth0 on the bridge
    ip netns add "$play$1" && settle "$1"
    ip -n "${play}switch" link add "p$1" type veth peer name eth0 netns "$play$1"
    ip -n "${play}switch" link set "p$1" master br0 up
    ip -n "$play$1" link set eth0 address "$2" up
}

begin() {       # NAME: the stage with its capture in $dir/NAME.pcap
    build_switch || { bad "no capture"; exit 1; }
    host client 02:00:00:00:00:01
    host balancer 02:00:00:00:00:10
    host servers 02:00:00:00:00:20
    for i in $(seq 1 20); do on client ip addr add "10.77.1.$i/16" dev eth0; done
    on balancer ip addr add $VIP/16 dev eth0
    for i in 1 2 3; do on servers ip addr add "10.77.2.$i/16" dev eth0; done
    cat >"$dir/nginx.conf" <<N
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log; worker_processes 1; user root;
events { worker_connections 2048; }
http { access_log off; keepalive_timeout 120; client_body_temp_path $dir/n1; proxy_temp_path $dir/n2;
  fastcgi_temp_path $dir/n3; uwsgi_temp_path $dir/n4; scgi_temp_path $dir/n5;
  server { listen 10.77.2.1:80; listen 10.77.2.2:80; listen 10.77.2.3:80;
           location / { default_type text/plain; return 200 "hello, this is a body of some length for \$uri\n"; } } }
N
    ip netns exec "${play}servers" nginx -e "$dir/nginx.log" -c "$dir/nginx.conf" >"$dir/nginx.out" 2>&1 &
}

balance() {     # LINES of the backend
    cat >"$dir/haproxy.cfg" <<H
global
    stats socket $dir/stats level admin
    maxconn 4000
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend web
    bind $VIP:80
    default_backend pool
backend pool
$1
H
    ip netns exec "${play}balancer" haproxy -db -f "$dir/haproxy.cfg" >"$dir/haproxy.out" 2>&1 &
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        if python3 "$load" ask "$dir/stats" "show stat" 2>/dev/null | grep -q "^pool,BACKEND.*,UP,"; then return 0; fi
        sleep 0.5
    done
    bad "HAProxy does not come up"; cat "$dir/haproxy.out" "$dir/nginx.out"; exit 1
}

# "rs1 new up down" a server, by the statistics' names
oracle() {
    python3 "$load" ask "$dir/stats" "show stat" | awk -F, '
        NR == 1 { sub(/^# /, ""); for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["pxname"] == "pool" && $at["svname"] ~ /^rs/ { print $at["svname"], $at["stot"], $at["bin"], $at["bout"] }'
}

end_stage() {
    sleep 1
    kill "$(ip netns pids "${play}switch" | head -n 1)" 2>/dev/null      # tcpdump writes what it holds
    sleep 1
    mv "$dir/live.pcap" "$dir/$1.pcap"
    stage_close
}

seen() {        # FILE SERVER COLUMN: of the report's TSV
    awk -F'\t' -v server="10.77.2.$2:80" -v column="$3" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        $at["server"] == server { print $at[column] }' "$1"
}

near() {        # WHAT GOT WANT: within 2 %
    if awk -v a="${2:-0}" -v b="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; exit !(d <= b * 0.02) }'; then ok
    else bad "$1: $2, HAProxy says $3"; fi
}

# --- a weighted round robin; of 20 clients in turn each would always meet the same server, as if it were kept there
begin rr
balance "    balance roundrobin
    server rs1 10.77.2.1:80 weight 1 check inter 300
    server rs2 10.77.2.2:80 weight 2 check inter 300
    server rs3 10.77.2.3:80 weight 1 check inter 300"
lost=$(ip netns exec "${play}client" python3 "$load" short $VIP 80 400 100 10.77.1 19)
[ "$lost" = 0 ] || bad "$lost of 400 requests failed"
sleep 1
oracle >"$dir/oracle"
end_stage rr
for how in "" "--vip $VIP:80"; do
    # shellcheck disable=SC2086  # none or two words
    "$VIPLAB" report -q -f tsv -r "$dir/rr.pcap" $how >"$dir/report" || bad "report $how"
    while read -r name new up down; do
        number=${name#rs}
        [ "$(seen "$dir/report" "$number" new)" = "$new" ] && ok || bad "$name new: $(seen "$dir/report" "$number" new), HAProxy says $new"
        near "$name bytes up" "$(seen "$dir/report" "$number" bytes_up)" "$up"
        near "$name bytes down" "$(seen "$dir/report" "$number" bytes_down)" "$down"
    done <"$dir/oracle"
    [ "$(wc -l <"$dir/report")" = 4 ] && ok || { bad "not three servers"; cat "$dir/report"; }
done
"$VIPLAB" report -q --strict -r "$dir/rr.pcap" >"$dir/report" && ok || { bad "something is found in a quiet round robin"; cat "$dir/report"; }
cat "$dir/oracle"

# --- least connection, and a server that comes back
begin storm
balance "    balance leastconn
    server rs1 10.77.2.1:80
    server rs2 10.77.2.2:80
    server rs3 10.77.2.3:80 disabled"
ip netns exec "${play}client" python3 "$load" hold $VIP 80 400 100 10.77.1 20 12 >"$dir/held" &
sleep 6
python3 "$load" ask "$dir/stats" "set server pool/rs3 state ready" >/dev/null
lost=$(ip netns exec "${play}client" python3 "$load" hold $VIP 80 240 40 10.77.1 20 0)
[ "$lost" = 0 ] || bad "$lost of 240 requests failed"
oracle >"$dir/oracle"
end_stage storm
"$VIPLAB" report -q -r "$dir/storm.pcap" >"$dir/report"
grep -q "^WARNING storm " "$dir/report" && ok || { bad "no storm is found"; cat "$dir/report" "$dir/oracle"; }
grep -q "10.77.2.3:80 takes " "$dir/report" && ok || bad "not about the server that came back"
"$VIPLAB" report -q --strict -r "$dir/storm.pcap" >/dev/null && bad "--strict is content with a storm" || ok
"$VIPLAB" report -q -f tsv -r "$dir/storm.pcap" >"$dir/report"
while read -r name new up down; do
    [ "$(seen "$dir/report" "${name#rs}" new)" = "$new" ] && ok || bad "$name new: $(seen "$dir/report" "${name#rs}" new), HAProxy says $new"
done <"$dir/oracle"
cat "$dir/oracle"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
