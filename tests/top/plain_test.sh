#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top without a screen: pipes, TERM=dumb, standard input, --once for machines, exit status.
. tests/cli/lib.sh
export TZ=UTC
case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB ;; esac
script=scenarios/vrid-collision/loadmaster-vrrp.yaml
plain() { grep -q "$(printf '\033')" "$1" && bad "an escape byte in $1" || ok; }

# a journal of a balancer by hand: rr of three, then b comes back at 30 s and takes everything for 10 s
awk 'function put(t, kind, level, msg, data) {
         printf "{\"schema\":\"viplab.journal/1\",\"t\":\"%.9f\",\"seq\":%d,\"level\":\"%s\",\"kind\":\"%s\",\"where\":\"lb1\",\"part\":\"owa\",\"msg\":\"%s\",\"data\":{%s}}\n",
                t, n++, level, kind, msg, data
     }
     function open(t, server, why) { put(t, "balancer.open", "trace", "open", "\"client\":\"10.0.0.1\",\"port\":1,\"server\":\"" server "\",\"why\":\"" why "\",\"active\":" ++active[server]) }
     BEGIN {
         put(0, "balancer.server", "notice", "b: down", "\"server\":\"b\",\"state\":\"down\",\"active\":0")
         for (t = 1; t <= 40; t++) {
             if (t == 31) put(30.5, "balancer.health", "notice", "b is up (L4OK)", "\"server\":\"b\",\"state\":\"up\",\"result\":\"L4OK\"")
             for (i = 0; i < 40; i++) open(t - 0.4 + i / 1000, t > 30 && i < 36 ? "b" : i % 2 ? "a" : "c", i == 0 ? "persistence" : "lc")
         }
         put(39.9, "balancer.close", "trace", "end", "\"client\":\"10.0.0.1\",\"port\":1,\"server\":\"b\",\"why\":\"fin\",\"lived\":\"1.000000000\",\"bytes_in\":1,\"bytes_out\":1,\"active\":" --active["b"])
         put(40, "test.end", "trace", "end", "")
     }' >"$work/storm.jsonl"

gives 1 "$VIPLAB" top --once "journal:$work/storm.jsonl"
plain "$work/out"
says '^! STORM  b came back 10 s ago (before: down) without slow start' "$work/out"
says 'Remedy: slow start of 30 s' "$work/out"
says '^>b ' "$work/out"
gives 1 "$VIPLAB" top --once --at 25s -f json "journal:$work/storm.jsonl"
says "b is down[^;]*; 2 servers carry the service" "$work/out"
gives 1 "$VIPLAB" top --once -f json "journal:$work/storm.jsonl"
if command -v jq >/dev/null 2>&1; then
    same "opened, by policy, active" "$(jq -c '.services[0].servers[] | select(.name == "b") | [.opened_total, .by_policy_total, .active, .storm]' "$work/out")" \
        "[360,350,359,true]"
    same "what nobody said is null" "$(jq -c '.services[0].servers[0] | [.weight, .response_ms, .address]' "$work/out")" "[null,null,null]"
    same "schema" "$(jq -r .schema "$work/out")" viplab.top/1
fi
gives 2 "$VIPLAB" top --once -f check "journal:$work/storm.jsonl"
says '^VIPLAB TOP CRITICAL - 3 servers, 0 down, 1 in a storm, 0 conflicts | ' "$work/out"
gives 1 "$VIPLAB" top --once -f tsv "journal:$work/storm.jsonl"
same "tsv" "$(awk -F '\t' 'NR > 1 { s += $6 } END { print NR, s }' "$work/out")" "4 1600"
gives 1 "$VIPLAB" top --once -f openmetrics "journal:$work/storm.jsonl"
says '^viplab_server_new_total{service="owa",server="b"} 360$' "$work/out"
says '^viplab_build_info{version="[0-9.]*"} 1$' "$work/out"
same "its end" "$(tail -n 1 "$work/out")" "# EOF"
cp "$work/out" "$work/metrics"
for python in python3 /usr/bin/python3; do
    $python -c 'import prometheus_client.openmetrics.parser' 2>/dev/null || continue
    gives 0 $python -c 'import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as read; assert len(list(read(open(sys.argv[1]).read()))) == 5' "$work/metrics"
    break
done

# the same on standard input, and what is no fact is said
gives 1 sh -c "'$VIPLAB' top --once -f json - <'$work/storm.jsonl'"
{ echo 'not a fact'; cat "$work/storm.jsonl"; } >"$work/odd.jsonl"
gives 1 "$VIPLAB" top --once "journal:$work/odd.jsonl"
says 'a line is no fact' "$work/out"

# simulations of the two disasters and of a black hole say what is wrong, while it is
gives 1 "$VIPLAB" top --once --at 8s sim:scenarios/storm/least-connection.yaml
says '^! STORM  rs4 came back 6 s ago (before: maint) without slow start' "$work/out"
gives 1 "$VIPLAB" top --once --at 12s sim:scenarios/storm/black-hole.yaml
says '^! BLACK HOLE  rs4' "$work/out"
gives 1 "$VIPLAB" top --once --at 60s sim:scenarios/snat-imbalance/activesync-office.yaml
says '^! IMBALANCE  rs1 takes 100% of new connections, x4.00' "$work/out"

# a slow start: weight and what of it counts now, of a simulation and of its journal alike
ramp=scenarios/storm/slow-start-linear.yaml
gives 0 "$VIPLAB" top --once --at 33s "sim:$ramp"
says '^.rs4 *ramp 51% *1000 (51[0-9]) ' "$work/out"
says '^viplab top  web 192.0.2.80:80  wlc ' "$work/out"
says '^.rs1 *up *1000 ' "$work/out"
sed '1,2d' "$work/out" >"$work/ramp"
gives 1 "$VIPLAB" run --keep always --out "$work/ramps" --seed 1 --filter 'slow-start-linear' "$ramp"
journal=$(find "$work/ramps" -name journal.jsonl | head -n 1)
gives 0 "$VIPLAB" top --once --at 33s "journal:$journal"
same "a journal shows the weights that its simulation does" "$(sed '1,2d;/^q quit/d' "$work/out")" "$(sed '/^q quit/d' "$work/ramp")"
gives 0 "$VIPLAB" report "$journal" --only storm -o "$work/ramp.tsv" -o "$work/ramp.svg"
says 'Slow start: effective weight' "$work/ramp.svg"
same "the ramp under the storm curve" "$(awk -F '\t' '/^# *weight|^#.*Effective weight/ { on = 1; next } /^#/ { on = 0 } on && $1 == "33 s" { print $NF }' "$work/ramp.tsv")" 52

# lines: in a pipe, on a dumb terminal, on request; they end with what is recorded
gives 0 "$VIPLAB" top --speed 0 "journal:$work/storm.jsonl"
plain "$work/out"
says '^t=40.0s owa b up new 36.0/s share 90% fair 33% above; active 359; storm$' "$work/out"
gives 0 env TERM=dumb "$VIPLAB" top --speed 0 "sim:$script"
plain "$work/out"
says 'vrrp 47 lb1 Active' "$work/out"
gives 1 "$VIPLAB" top --once -f json "pcap:tests/captures/real-daemons/b-keepalived-ucarp-same-id-span.pcap"

# head goes away: a quiet end; no keys: no spinning
status=0
"$VIPLAB" top -d 200ms --speed 1 "sim:$script" 2>"$work/err" | head -n 1 >"$work/first"
silent "$work/err"
[ -s "$work/first" ] && ok || bad "no first line"
"$VIPLAB" top --speed 1 "sim:$script" >"$work/out" 2>"$work/err" </dev/null &
pid=$!
sleep 3
ticks=$(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null || echo 0)
kill $pid
wait $pid 2>/dev/null || status=$?
same "ended by SIGTERM" "$status" 143
[ "$ticks" -lt 60 ] && ok || bad "$ticks ticks of CPU in 3 s"

# usage, and sources that are not there
gives 2 "$VIPLAB" top
gives 2 "$VIPLAB" top nonsense:x
says 'these are: sim:SCRIPT, journal:FILE, engine:\[SOCKET\], haproxy:SOCKET|HOST:PORT, pcap:FILE, if:INTERFACE, -' "$work/err"
for wrong in '--view x' '--speed fast' '--at soon' '-d 1ms' '--glyphs x' '--theme x' '--color x' '-f xml' '--nonsense'; do
    # shellcheck disable=SC2086  # the words of a wrong command line
    gives 2 "$VIPLAB" top $wrong "sim:$script"
done
gives 3 "$VIPLAB" top journal:/nowhere
says 'viplab top: /nowhere: No such file' "$work/err"
gives 3 "$VIPLAB" top sim:/nowhere
echo 'title: [' >"$work/broken.yaml"
gives 3 "$VIPLAB" top "sim:$work/broken.yaml"
says 'broken.yaml:' "$work/err"
gives 3 "$VIPLAB" top --once "haproxy:$work/no.sock"
gives 0 "$VIPLAB" top --help
says 'journal:FILE' "$work/out"

# --record: what was seen is kept as a journal, and reads as the same to the digit; weights are of those that lack one
gives 1 "$VIPLAB" top --once --at 33s -f tsv "journal:$work/storm.jsonl"
cp "$work/out" "$work/seen"
gives 1 "$VIPLAB" top --once --at 33s -f tsv --record "$work/record.jsonl" "journal:$work/storm.jsonl"
same "recording changes nothing" "$(cat "$work/out")" "$(cat "$work/seen")"
gives 1 "$VIPLAB" top --once --at 33s -f tsv "journal:$work/record.jsonl"
same "the record reads as what was seen" "$(cat "$work/out")" "$(cat "$work/seen")"
gives 1 "$VIPLAB" top --once --view ha --at 20s -f json --record "$work/ha.jsonl" "sim:$script"
same "changes of routers" "$(grep -c '"kind":"vrrp.state".*"to":"active"' "$work/ha.jsonl")" 3
gives 3 "$VIPLAB" top --once --record "$work/no/such/folder" "journal:$work/storm.jsonl"
says 'No such file' "$work/err"
gives 2 "$VIPLAB" top --once --weights a=x "journal:$work/storm.jsonl"
says 'NAME=NUMBER' "$work/err"

# findings end: in the journal, in the report, and in what --record keeps
"$VIPLAB" run --keep always --out "$work/hole" scenarios/storm/black-hole.yaml >/dev/null 2>&1
journal=$(find "$work/hole" -name journal.jsonl | head -n 1)
same "the storm's end is in the journal" "$(grep -c '"kind":"finding.over".*"code":"storm".*"until":"15.000000000"' "$journal")" 1
gives 0 "$VIPLAB" report "$journal" --only findings -o "$work/found.tsv"
tab=$(printf '\t')
says "^storm${tab}warning${tab}-${tab}3.00005${tab}6.00001${tab}15.000${tab}" "$work/found.tsv"
says "^black-hole${tab}warning${tab}-${tab}3.00017${tab}4.00015${tab}-${tab}" "$work/found.tsv"
"$VIPLAB" top --once --record "$work/found.jsonl" "journal:$journal" >/dev/null 2>&1
gives 0 "$VIPLAB" report "$work/found.jsonl" --only findings -o "$work/kept.tsv"
same "what is recorded has the same findings" "$(cat "$work/kept.tsv")" "$(cat "$work/found.tsv")"
finish
