#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab scan -r` from outside: exit status, formats, what goes where, and bad files.
set -u
real=$SRCDIR/tests/captures/real-daemons
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
export LC_ALL=C

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

# scan STATUS ARGUMENT...: runs, keeps out and err, checks the status.
scan() {
    want=$1; shift
    timeout 20 "$VIPLAB" scan "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    if [ $got -eq "$want" ]; then ok; else bad "status $got, not $want: scan $*"; cat "$work/err"; fi
}
out_has() { if grep -q -- "$1" "$work/out"; then ok; else bad "output lacks: $1"; fi; }
err_has() { if grep -q -- "$1" "$work/err"; then ok; else bad "talk lacks: $1"; cat "$work/err"; fi; }
out_empty() { if [ -s "$work/out" ]; then bad "output is not empty: $(head -1 "$work/out")"; else ok; fi; }
same() { if cmp -s "$1" "$2"; then ok; else bad "$1 and $2 differ"; fi; }

if command -v jq >/dev/null 2>&1; then json() { jq -e "$1" "$work/out" >/dev/null 2>&1; }
elif command -v python3 >/dev/null 2>&1; then json() { python3 -m json.tool <"$work/out" >/dev/null 2>&1; }
else json() { head -c 1 "$work/out" | grep -q '{'; }
fi
valid() { if json "$1"; then ok; else bad "JSON: $1"; fi; }

a=$real/a-keepalived-frr-same-vrid-span.pcap
healthy=$real/healthy-v3-vmac-span.pcap

# -- verdicts and formats
scan 1 -r "$a"
out_has '^vrrp3   1  10.0.0.1   150  1.0s  10.0.0.100  00:00:5e:00:01:01     11  CONFLICT vrid-collision$'
out_has '^CONFLICT vrid-collision  ID 1'
out_has '^free IPv4: 2-255 (254)$'
out_has 'Blind to: *$\|backups (they are silent)'
err_has '^666 frames, 3 conflicts$'
scan 0 -r "$healthy"
out_has 'warning default-id'
scan 1 --strict -r "$healthy"
scan 0 --strict --ignore default-id -r "$healthy"
scan 0 --strict --ignore default-id:1 -r "$healthy"
scan 1 --strict --ignore default-id:2 -r "$healthy"
scan 0 --only flapping -r "$a"
scan 1 --only vrid-collision:1 -r "$a"
scan 1 -q -r "$a"
if [ -s "$work/err" ]; then bad "-q talks"; else ok; fi

scan 1 -f json -r "$a"
valid '.schema == "viplab.scan/1" and .complete and .verdict == "conflict"'
valid '.ids[0] | .proto == "vrrp" and .af == "ipv4" and .vlan == null and .id == 1 and (.senders | length) == 3'
valid '.conflicts[0] | .code == "vrid-collision" and .severity == "conflict" and (.remedy | length) > 0'
valid '.free.ipv4 == [[2,255]] and .free.ipv6 == [[1,255]] and .free.confidence == "low"'
valid '.capture | .kind == "file" and .frames == 666 and (.blind | index("backups-silent")) != null'
cp "$work/out" "$work/first.json"
scan 1 -f json -r "$a"
same "$work/out" "$work/first.json"
timeout 20 "$VIPLAB" scan -q -f json -r - <"$a" >"$work/out" 2>"$work/err"
if [ $? -eq 1 ]; then ok; else bad "standard input"; fi
valid '.capture.source == "-" and .capture.frames == 666'

scan 1 -f tsv -r "$a"
if [ "$(awk -F'\t' 'NF != 14' "$work/out" | wc -l)" -eq 0 ]; then ok; else bad "TSV has ragged rows"; fi
scan 2 -f check -r "$a"
out_has '^VIPLAB SCAN CRITICAL - ID 1 vrid-collision'
scan 1 -f check -r "$healthy"
out_has '^VIPLAB SCAN WARNING - '
scan 3 -f check -r "$work/missing.pcap"
out_has '^VIPLAB SCAN UNKNOWN - '

scan 1 -q -o "$work/a.json" -o "$work/a.tsv" -r "$a"
same "$work/a.json" "$work/first.json"
out_has '^PROTO'
scan 3 -o "$work/no/such/folder.json" -r "$a"
scan 2 -o "$work/a.xyz" -r "$a"

# -- free and wanted IDs
scan 1 --free 3 -r "$a"
if [ "$(wc -l <"$work/out")" -eq 3 ] && ! grep -vqx '[0-9]*' "$work/out"; then ok; else bad "--free 3"; fi
scan 1 --free -r "$a"
if [ "$(wc -l <"$work/out")" -eq 254 ] && ! grep -qx 1 "$work/out"; then ok; else bad "--free"; fi
scan 0 --want 2,50-60 -r "$a"
out_empty
scan 1 --want 1-3 -r "$a"
out_has '^1 taken: vrrp by 10.0.0.3 (10.0.0.110), 10.0.0.1 (10.0.0.100)'

# -- what is looked at
scan 0 -r "$a" host 10.0.0.3 and not arp
out_has '10.0.0.3'
# No frame of that VLAN: silence, not health.
scan 3 --vlan 7 -r "$a"
out_has 'no virtual router was heard'
scan 1 --vlan 0 -r "$a"
# One second is enough for ARP to show two groups on the ID (suspected) and a foreign MAC.
scan 1 -t 1s -f json -r "$a"
valid '[.conflicts[] | select(.severity == "suspect") | .code] == ["vrid-collision"]'
scan 0 -c 1 -r "$healthy"
valid_count=$(grep -c '^vrrp' "$work/out")
if [ "$valid_count" -eq 1 ]; then ok; else bad "-c 1 heard $valid_count senders"; fi

# -- no password, ever
scan 1 -v -r "$real/c1-auth-pass-mismatch-span.pcap"
out_has 'cleartext-password'
if grep -q 'abc' "$work/out" "$work/err"; then bad "the password is shown"; else ok; fi

# -- the environment stands in for options that the line does not give
VIPLAB_SCAN_FORMAT=tsv VIPLAB_SCAN_READ=$a; export VIPLAB_SCAN_FORMAT VIPLAB_SCAN_READ
scan 1
out_has '^proto'
scan 0 -r "$healthy" -f table
out_has '^PROTO'
VIPLAB_SCAN_FORMAT=xml
scan 2 -r "$a"
err_has 'VIPLAB_SCAN_FORMAT'
unset VIPLAB_SCAN_FORMAT VIPLAB_SCAN_READ

# -- usage
scan 2
err_has '^viplab scan: live capture is not built yet; read a capture with -r FILE$'
scan 2 -i eth0
err_has 'live capture is not built yet'
scan 2 --nonsense -r "$a"
err_has "unknown option"
scan 2 --only vrid-colision -r "$a"
err_has 'did you mean `vrid-collision'
scan 2 --want 0 -r "$a"
scan 2 --want 5-3 -r "$a"
scan 2 --want 256 -r "$a"
scan 2 --vlan 4095 -r "$a"
scan 2 -t 10parsec -r "$a"
scan 2 -f xml -r "$a"
scan 2 -r
scan 2 -r "$a" 'no such filter (('
scan 0 --help
out_has '^usage: viplab scan'
if [ -s "$work/err" ]; then bad "--help talks"; else ok; fi

# -- bad files
: >"$work/empty.pcap"
head -c 24 "$a" >"$work/headeronly.pcap"
size=$(wc -c <"$a")
head -c $((size - 7)) "$a" >"$work/cut.pcap"
echo 'not a capture' >"$work/text.pcap"
{ head -c 20 "$a"; printf '\151\000\000\000'; tail -c +25 "$a"; } >"$work/wifi.pcap"
scan 3 -r "$work/missing.pcap"
err_has 'No such file'
scan 3 -r "$work"
err_has 'directory'
scan 3 -r "$work/empty.pcap"
err_has 'empty'
scan 3 -r "$work/text.pcap"
err_has 'not a capture'
scan 3 -r "$work/wifi.pcap"
err_has '802.11'
scan 3 -f json -r "$work/wifi.pcap"
valid '.verdict == "inconclusive" and .complete == false'
scan 3 -r "$work/headeronly.pcap"
err_has 'no frame at all'
scan 3 -f json -r "$work/headeronly.pcap"
valid '.verdict == "inconclusive"'
scan 1 -f json -r "$work/cut.pcap"
valid '.complete == false and .verdict == "conflict" and .capture.frames == 665'
err_has 'truncated'
esc=$(printf '\033')
cp "$work/empty.pcap" "$work/x${esc}[31m.pcap"
scan 3 -r "$work/x${esc}[31m.pcap"
if grep -q "$esc" "$work/err"; then bad "an escape byte reaches the terminal"; else ok; fi
if [ "$(id -u)" -ne 0 ]; then
    cp "$a" "$work/secret.pcap"; chmod 000 "$work/secret.pcap"
    scan 3 -r "$work/secret.pcap"
    err_has 'ermission'
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
