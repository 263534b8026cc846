#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A live run is asked and told through its control socket: who may open it, drain, weight, faults, refusals with the
# reason, the journal, the script of the session (which replays it), the dashboard's numbers from it, the end.
set -u
. "$SRCDIR/tests/cli/lib.sh"
. "$SRCDIR/tests/live/stage.sh"

stage_ask jq
stage_open
ip netns add "${STAGE}ctl"
ip -n "${STAGE}ctl" link add v0 type veth peer name v1
ip -n "${STAGE}ctl" link set v0 up
ip -n "${STAGE}ctl" link set v1 up

cat >"$work/s.yaml" <<'END'
title: told while it runs
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  lb: {kind: loadmaster, on: lan, ip: 192.0.2.1, services: {web: {vip: 192.0.2.80, port: 80, forwarding: snat, servers: {rs1: {ip: 192.0.2.11}, rs2: {ip: 192.0.2.12}}}}}
  rs1: {kind: server, on: lan, ip: 192.0.2.11, serves: {web: {port: 80}}}
  rs2: {kind: server, on: lan, ip: 192.0.2.12, serves: {web: {port: 80}}}
  users: {kind: client, on: lan, ip: 192.0.2.50, clients: {all: {to: "192.0.2.80:80", constant: 20/s, length: 100ms}}}
until: 120s
END

socket=$work/live.sock
ip netns exec "${STAGE}ctl" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --control "$socket" >"$work/live.out" 2>&1 &
live=$!
ctl() { "$VIPLAB" ctl -S "$socket" "$@"; }
answers() { for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do ctl hello >/dev/null 2>&1 && return 0; sleep 0.3; done; return 1; }
if answers; then ok; else bad "nobody answers"; cat "$work/live.out"; fi

same "mode" "$(stat -c %a "$socket")" 600
gives 0 ctl hello
same "hello" "$(jq -r '.control, .title, .until_ns' "$work/out" | tr '\n' ' ')" "viplab.control/1 told while it runs 120000000000 "

# ---- told
opened_by() { ctl journal | jq -r 'select(.kind == "balancer.open") | .data.server' | tail -n "$1" | sort -u | tr '\n' ' '; }
sleep 1.2
same "both servers" "$(opened_by 10)" "rs1 rs2 "
gives 0 ctl drain lb/web/rs1
sleep 1.5
same "drained" "$(opened_by 10)" "rs2 "
gives 0 ctl enable lb/web/rs1
gives 0 ctl weight lb/web/rs2 500
sleep 1.2
same "enabled" "$(opened_by 10)" "rs1 rs2 "
gives 0 ctl do 'crash: rs2'
gives 1 ctl do 'crash: rs2'
says 'rs2 is not running' "$work/err"

# ---- refused, with the reason
gives 1 ctl drain lb/web/rs9
says "no server .rs9.; did you mean" "$work/err"
gives 1 ctl do 'crash: nobody'
gives 1 ctl do 'at: 5s, crash: rs1'
gives 1 ctl do 'crash: }, {x'
gives 1 ctl weight lb/web/rs1 many
gives 2 ctl drain lb/web
says 'NODE/SERVICE/SERVER' "$work/err"
gives 2 ctl drian lb/web/rs1
says 'did you mean .drain' "$work/err"
gives 2 ctl weight lb/web/rs1
gives 2 ctl
gives 3 "$VIPLAB" ctl -S "$work/none" hello
says 'viplab live' "$work/err"

# ---- what was told is in the journal and in the script, which is one
gives 0 ctl journal
same "told" "$(jq -r 'select(.kind == "live.told") | .data.step' "$work/out" | wc -l)" 5
gives 0 ctl script
cp "$work/out" "$work/session.yaml"
gives 0 "$VIPLAB" check "$work/session.yaml"
same "steps done, none that was refused" "$(grep -c '{at: .*rs[12]' "$work/session.yaml")" 4
gives 0 "$VIPLAB" run --set until=12s "$work/session.yaml"

# ---- the dashboard has the run's numbers
gives 0 ctl status
says 'viplab top  web' "$work/out"
says 'rs1 .* up ' "$work/out"
"$VIPLAB" top "engine:$socket" --once --format json >"$work/top.json" 2>"$work/err"
same "servers" "$(jq -r '[.services[].servers[].name] | sort | join(" ")' "$work/top.json")" "rs1 rs2"

# ---- a client that is stopped in the middle, and one that floods, hold up nobody
if command -v nc >/dev/null 2>&1; then
    (printf 'records 0\n'; sleep 3) | nc -U "$socket" >/dev/null 2>&1 &
    holder=$!
    head -c 100000 /dev/zero | nc -N -U "$socket" >/dev/null 2>&1
fi
gives 0 ctl hello
[ -z "${holder-}" ] || kill "$holder" 2>/dev/null

gives 0 ctl end
status=0
wait "$live" || status=$?
same "ends as if its time had come" "$status" 0
says '^passed' "$work/live.out"
same "its socket is gone" "$(ls "$socket" 2>&1 | grep -c 'No such')" 1
gives 3 ctl hello

# ---- the socket's file goes with every end; the process that removes it has no rights but to the folder
child() {       # child NAME: of the run, by what it calls itself
    for pid in $(ip netns pids "${STAGE}ctl"); do
        if [ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status" 2>/dev/null)" = "$live" ] &&
           [ "$(awk '$1 == "Name:" { print $2 }' "/proc/$pid/status" 2>/dev/null)" = "$1" ]; then echo "$pid"; fi
    done
}
gone() {        # gone WHAT: within 5 s
    for try in 1 2 3 4 5 6 7 8 9 10; do [ -e "$socket" ] || { ok; return; }; sleep 0.5; done
    bad "$1: the socket's file is still there"
    rm -f "$socket"
}
run() {
    ip netns exec "${STAGE}ctl" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --control "$socket" "$@" >"$work/live.out" 2>&1 &
    live=$!
    if answers; then ok; else bad "nobody answers"; cat "$work/live.out"; fi
}
run --for 3; wait "$live"; gone "its time is over"
run
for line in 'CapInh:	0000000000000000' 'CapPrm:	0000000000000000' 'CapEff:	0000000000000000' 'NoNewPrivs:	1' 'Threads:	1'; do
    says "^$line" "/proc/$(child viplab-sweep)/status"
done
[ -n "${INSTRUMENTED-}" ] || says '^Seccomp:	2' "/proc/$(child viplab-sweep)/status"
same "its descriptors" "$(ls "/proc/$(child viplab-sweep)/fd" | wc -l)" 2
kill -TERM "$live"; wait "$live"; gone SIGTERM
run; kill -INT "$live"; wait "$live"; gone SIGINT
run; kill -KILL "$(child viplab)"; wait "$live"; same "engine killed" "$?" 137
if [ -e "$socket" ]; then bad "there when the supervisor has ended"; else ok; fi
run; kill -KILL "$live"; wait "$live" 2>/dev/null; gone "supervisor killed"
run; kill -KILL "$(child viplab)" "$live"; wait "$live" 2>/dev/null; gone "both killed"
run; rm "$socket"; : >"$socket"; kill -TERM "$live"; wait "$live"
if [ -f "$socket" ]; then ok; else bad "somebody else's file is removed"; fi
rm -f "$socket"
ln -s /nowhere/at/all "$work/full.pcapng"
gives 3 ip netns exec "${STAGE}ctl" "$VIPLAB" live "$work/s.yaml" --attach lan=v0 --control "$socket" -w "$work/full.pcapng"
gone "a run that cannot begin"

stage_close
finish
