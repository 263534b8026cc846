#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top beside a real HAProxy with nginx behind it, in a namespace of its own: the numbers are `show stat's.
. tests/cli/lib.sh
for c in haproxy nginx curl python3 jq unshare ip; do
    command -v $c >/dev/null 2>&1 || { echo "no $c here"; exit 77; }
done
if [ -z "${INSIDE-}" ]; then
    unshare -Urn true 2>/dev/null || unshare -n true 2>/dev/null || { echo "no network namespace may be made here"; exit 77; }
    case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB ;; esac
    export VIPLAB INSIDE=yes
    if [ "$(id -u)" = 0 ]; then exec unshare -n sh "$0"; else exec unshare -Urn sh "$0"; fi
fi
ip link set lo up
pids=
end() { for p in $pids; do kill "$p" 2>/dev/null; done; wait; rm -rf "$work"; }
trap end EXIT
echo hello >"$work/index.html"
i=0
while [ $i -lt 3 ]; do
    i=$((i + 1))
    cat >"$work/nginx$i" <<END
daemon off; master_process off; error_log $work/nginx$i.err; pid $work/nginx$i.pid;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path $work/t; proxy_temp_path $work/t; fastcgi_temp_path $work/t; uwsgi_temp_path $work/t; scgi_temp_path $work/t;
  server { listen 127.0.0.1:800$i; location / { root $work; } }
}
END
    nginx -c "$work/nginx$i" >/dev/null 2>&1 &
    pids="$pids $!"
done
cat >"$work/haproxy" <<END
global
 stats socket $work/s level user
 stats socket 127.0.0.1:9999 level user
 stats socket $work/admin level admin
 maxconn 200
defaults
 mode http
 timeout connect 2s
 timeout client 20s
 timeout server 20s
frontend f
 bind 127.0.1.1:8080
 default_backend owa
backend owa
 balance roundrobin
 source 127.0.1.1
 stick-table type ip size 10k expire 5m
 stick store-request src if FALSE
 server EX1 127.0.0.1:8001 check inter 500ms weight 100
 server EX2 127.0.0.1:8002 check inter 500ms weight 100
 server EX3 127.0.0.1:8003 check inter 500ms weight 50 slowstart 20s
backend other
 server X1 127.0.0.1:8001 disabled
END
haproxy -db -f "$work/haproxy" >"$work/haproxy.out" 2>&1 &
pids="$pids $!"
n=0
until [ "$(curl -s http://127.0.1.1:8080/)" = hello ] || [ $n = 200 ]; do n=$((n + 1)); sleep 0.1; done
# load N: so many connections one after the other, from twenty addresses
load() { python3 -c '
import socket, sys
for i in range(int(sys.argv[1])):
    s = socket.socket(); s.bind(("127.0.2.%d" % (i % 20 + 1), 0)); s.connect(("127.0.1.1", 8080))
    s.sendall(b"GET / HTTP/1.0\r\nHost: owa\r\n\r\n")
    while s.recv(4096): pass
    s.close()' "$1"; }
ask() { python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall((sys.argv[2] + "\n").encode())
while True:
    d = s.recv(65536)
    if not d: break
    sys.stdout.write(d.decode())' "$work/$1" "$2"; }
# pxname svname status weight scur stot lbtot econ+eresp of the servers, as HAProxy says
theirs() { ask s 'show stat' | python3 -c '
import csv, sys
for r in csv.DictReader(sys.stdin.read().lstrip("# ").splitlines()):
    if r["type"] == "2":
        print(r["pxname"], r["svname"], r["weight"], r["scur"], r["stot"], r["lbtot"], int(r["econ"] or 0) + int(r["eresp"] or 0), r["rtime"] or 0)' | sort; }
ours() { "$VIPLAB" top --once -f json "$1" | jq -r '.services[] | .name as $s | .servers[] |
    "\($s) \(.name) \(.weight) \(.active) \(.opened_total) \(.by_policy_total) \(.errors_total) \(.response_ms)"' | sort; }

load 60
sleep 1.5
same "to the digit, by the socket" "$(ours "haproxy:$work/s")" "$(theirs)"
same "to the digit, by TCP" "$(ours haproxy:127.0.0.1:9999)" "$(theirs)"
[ "$(theirs | awk '{ s += $5 } END { print s }')" -ge 60 ] && ok || bad "no load"
same "--service" "$("$VIPLAB" top --once -f json --service owa "haproxy:$work/s" | jq -c '[.services[].name]')" '["owa"]'
same "states" "$("$VIPLAB" top --once -f json "haproxy:$work/s" | jq -c '[.services[].servers[].state]')" '["up","up","up","maint"]'

# by sniffing alone: who got how many of the next connections, within 2 %
if command -v tcpdump >/dev/null 2>&1; then
    theirs >"$work/before"
    tcpdump -i lo -s 256 -w "$work/wire.pcap" tcp 2>"$work/tcpdump" &
    sniffer=$!
    n=0; until grep -q 'listening on' "$work/tcpdump" || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
    "$VIPLAB" top --plain -d 500ms if:lo >"$work/live" 2>&1 &
    listener=$!
    sleep 1
    load 150
    sleep 1.5
    # it gave everything up before it read the first frame
    same "no capability" "$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/$listener/status)" 0000000000000000
    [ -n "${INSTRUMENTED-}" ] || same "a filter" "$(sed -n 's/^Seccomp:[[:space:]]*//p' /proc/$listener/status)" 2
    kill $listener
    wait $listener 2>/dev/null
    same "live, too" "$(grep -c '127.0.1.1:8080 127.0.0.1:800[123] answers new [0-9.]*/s share' "$work/live" | awk '{ print ($1 > 5) }')" 1
    kill $sniffer
    wait $sniffer 2>/dev/null
    theirs >"$work/after"
    "$VIPLAB" top --once -f json "pcap:$work/wire.pcap" | jq -r '.services[].servers[] | "\(.name) \(.opened_total)"' >"$work/heard"
    same "sniffed, within 2 %" "$(paste -d ' ' "$work/before" "$work/after" | awk -v heard="$work/heard" '
        BEGIN { while ((getline line < heard) > 0) { split(line, f, " "); sub(/.*:800/, "EX", f[1]); seen[f[1]] = f[2] } }
        $1 == "owa" { n = $13 - $5; d = seen[$2] - n; if (d < 0) d = -d; if (n < 20 || d * 50 > n) print $2, n, seen[$2] }')" ""
else
    echo "skipped: sniffing (no tcpdump here)"
fi

# a server goes into maintenance and comes back: slow start shows as ramp, and the events say both
"$VIPLAB" top --plain -d 500ms "haproxy:$work/s" >"$work/lines" 2>&1 &
watch=$!
sleep 2
ask admin 'set server owa/EX3 state maint' >/dev/null
sleep 2
ask admin 'set server owa/EX3 state ready' >/dev/null
sleep 3
load 20; sleep 1.5
kill $watch
wait $watch 2>/dev/null
says ' owa EX3 maint ' "$work/lines"
says ' owa EX3 ramp ' "$work/lines"
says ' owa EX1 up new [1-9]' "$work/lines"

# a server dies
kill "$(cat "$work/nginx2.pid")"
n=0
until ask s 'show stat' | grep -q '^owa,EX2.*DOWN' || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
gives 1 "$VIPLAB" top --once "haproxy:$work/s"
says 'EX2      down' "$work/out"
says '^! DOWN  EX2 is down' "$work/out"

# scale: 200 servers once a second on a screen of 200x60, under 2 % of a core (of its own CPU time, whatever else runs here)
cat >"$work/large" <<END
global
 stats socket $work/large.sock level user
 maxconn 200
defaults
 mode http
 timeout connect 2s
 timeout client 20s
 timeout server 20s
frontend f
 bind 127.0.1.1:8081
 default_backend large
backend large
 balance leastconn
 server-template s 1-200 127.0.0.1:8001
END
haproxy -db -f "$work/large" >"$work/large.out" 2>&1 &
pids="$pids $!"
n=0; until [ -S "$work/large.sock" ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
cat >"$work/cost.py" <<'END'
import fcntl, os, pty, select, signal, struct, sys, termios, time
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
    os.execv(sys.argv[1], [sys.argv[1], "top", "--config", "-", "haproxy:" + sys.argv[2]])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
os.kill(pid, signal.SIGWINCH)
tick = os.sysconf("SC_CLK_TCK")
def used():
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / tick
seen, begin = b"", time.monotonic()
start = from_ = None
while time.monotonic() - begin < 23:
    if select.select([fd], [], [], 0.2)[0]:
        seen += os.read(fd, 65536)
    if start is None and time.monotonic() - begin > 3:
        start, from_ = used(), time.monotonic()
spent = (used() - start) / (time.monotonic() - from_) * 100
os.kill(pid, signal.SIGTERM)
os.waitpid(pid, 0)
print("%.2f" % spent, b"200 servers" in seen)
END
cost=$(python3 "$work/cost.py" "$VIPLAB" "$work/large.sock")
echo "200 servers: ${cost% *} % of a core"
same "200 servers are on the screen" "${cost#* }" True
[ -n "${INSTRUMENTED-}" ] || { awk -v cost="${cost% *}" 'BEGIN { exit !(cost < 2) }' && ok || bad "200 servers cost ${cost% *} % of a core"; }

# a socket that only notes what it is asked: nothing but show; and one that is silent is STALE, not blank
cat >"$work/fake.py" <<'END'
import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(5)
log = open(sys.argv[2], "w", 1)
stat = "# pxname,svname,scur,stot,lbtot,status,weight,type,\nowa,EX1,1,%d,%d,UP,1,2,\nowa,EX2,1,%d,%d,UP,1,2,\n\n"
n = 0
while True:
    c, _ = s.accept()
    words = c.recv(1000).decode().strip()
    log.write(words + "\n")
    if words == "show stat":
        n += 1
        if n > 3:
            time.sleep(30)
        c.sendall((stat % (n * 100, n * 100, n * 50, n * 50)).encode())
    elif words == "show info":
        c.sendall(b"Name: HAProxy\nVersion: 2.6.12\n\n")
    elif words == "show table":
        c.sendall(b"# table: owa, type: ip, size:100, used:3\n\n")
    else:
        c.sendall(b"# table: owa, type: ip, size:100, used:3\n" + b"".join(b"0x1: key=10.0.0.%d use=0 exp=1 server_id=1 server_key=EX1\n" % i for i in range(3)) + b"\n")
    c.close()
END
python3 "$work/fake.py" "$work/fake" "$work/asked" &
pids="$pids $!"
n=0; until [ -S "$work/fake" ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
timeout 9 "$VIPLAB" top --plain -d 500ms "haproxy:$work/fake" >"$work/lines" 2>&1 || :
same "only show" "$(grep -vc '^show ' "$work/asked")" 0
says '^show table owa$' "$work/asked"
says 'trouble: no answer from haproxy:.*: no answer within 1 s$' "$work/lines"
says ' owa EX1 up ' "$work/lines"
finish
