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

# -- suspicions are warnings to a monitoring system, proofs are critical
scan 1 -t 1s --only vrid-collision -f check -r "$a"
out_has '^VIPLAB SCAN WARNING - ID 1 vrid-collision (suspected)'
scan 1 -t 1s --only vrid-collision -r "$a"
out_has '^SUSPECT vrid-collision'

# -- one address under two IDs is about both
two=$real/h-same-vip-two-vrids-span.pcap
scan 2 --only vip-two-ids -f check -r "$two"
out_has '^VIPLAB SCAN CRITICAL - IDs [0-9]* and [0-9]* vip-two-ids'
scan 1 --only vip-two-ids -f json -r "$two"
valid '(.conflicts[0].ids | length) == 2 and .conflicts[0].ids[0] == .conflicts[0].id'
for id in $(sed -n '/"ids": \[ *$/,/\]/s/^ *\([0-9][0-9]*\),*$/\1/p' "$work/out"); do
    scan 0 --only vip-two-ids --ignore vip-two-ids:$id -r "$two"
    scan 1 --only vip-two-ids:$id -r "$two"
done
if [ -n "${id:-}" ]; then ok; else bad 'the IDs of vip-two-ids'; fi
scan 1 --only vip-two-ids --ignore vip-two-ids:99 -r "$two"

# -- every frame malformed: no health (an IPv4 header of one word), twice
head24() { head -c 24 "$a"; }
record() { printf "\\001\\000\\000\\000\\000\\000\\000\\000\\$1\\000\\000\\000\\$1\\000\\000\\000"; }       # its length, octal
broken() {
    record 042
    printf '\377\377\377\377\377\377\002\000\000\000\000\001\010\000\101\000\000\024\000\000\000\000\377\160\000\000'
    printf '\012\000\000\001\340\000\000\022'
}
{ head24; broken; broken; } >"$work/broken.pcap"
scan 3 -r "$work/broken.pcap"
err_has 'not one frame is whole and sound'
scan 3 -f json -r "$work/broken.pcap"
valid '.verdict == "inconclusive" and .capture.frames_malformed == 2'
scan 3 -f check -r "$work/broken.pcap"

# -- words of a filter do not match behind a VLAN tag, and that is said
tagged() {
    record 056
    printf '\377\377\377\377\377\377\002\000\000\000\000\001\201\000\000\007\010\006'
    printf '\000\001\010\000\006\004\000\001\002\000\000\000\000\001\012\000\000\005\000\000\000\000\000\000\012\000\000\144'
}
{ head24; tagged; } >"$work/tagged.pcap"
scan 3 -r "$work/tagged.pcap" arp
err_has 'held back 1 frames with a VLAN tag'
scan 0 -r "$work/tagged.pcap" vlan and arp
scan 0 -r "$work/tagged.pcap"
if grep -q 'held back' "$work/err"; then bad 'a hint without a filter'; else ok; fi

# -- who asks for IDs in a part of a capture hears that it was a part
scan 0 --want 2 -r "$a" host 10.0.0.3
err_has 'only a part was looked at'
scan 0 --want 2 --vlan 0 -r "$a"
err_has 'only a part was looked at'
scan 0 --want 2 -r "$a"
if grep -q 'only a part' "$work/err"; then bad 'the whole is called a part'; else ok; fi

# -- a line an object; metrics; changes
scan 1 -f jsonl -r "$a"
if [ "$(tail -1 "$work/out" | cut -c1-14)" = '{"type":"scan"' ] && [ "$(grep -c '^{"type":"id"' "$work/out")" -eq 1 ]; then ok
else bad jsonl; fi
scan 1 -f openmetrics -r "$a"
out_has '^viplab_vrid_senders{proto="vrrp",af="ipv4",interface="if0",vlan="-",id="1"} 3$'
out_has '^viplab_vrid_verdict{.*,viplab_vrid_verdict="conflict"} 1$'
if [ "$(tail -1 "$work/out")" = '# EOF' ]; then ok; else bad 'the end of the metrics'; fi
scan 1 --watch -r "$a"
for event in 'new id            vrrp 1' 'new sender        vrrp 1 10.0.0.1: 10.0.0.100, priority 150' 'conflict begins   vrrp 1: vrid-collision'; do
    out_has "^[-0-9]*T[0-9:.]*Z $event"
done
scan 2 --watch -f json -r "$a"

# -- what changed since
scan 0 -f json -r "$healthy"
cp "$work/out" "$work/before.json"
scan 1 --baseline "$work/before.json" -r "$a"
out_has '^since .*before.json (20'
out_has '^  new conflict       vrrp ID 1 vrid-collision$'
scan 0 --baseline "$work/before.json" -r "$healthy"
out_has ': nothing changed$'
scan 2 --baseline "$work/missing.json" -r "$a"
echo '{"schema":"other"}' >"$work/other.json"
scan 2 --baseline "$work/other.json" -r "$a"
esc=$(printf '\033')
sed 's/"10.0.0.1"/"\\u001b[31m"/' "$work/before.json" >"$work/evil.json"
scan 1 --baseline "$work/evil.json" -r "$a"
if grep -q "$esc" "$work/out" "$work/err"; then bad 'an escape byte of the baseline reaches the terminal'; else ok; fi

# -- usage
scan 0 -D
out_has '^INTERFACE *STATE *CAN CAPTURE *ADDRESSES$'
scan 2 -i eth0 -r "$a"
err_has 'listens to a wire, -r reads a file'
scan 2 --probe -r "$a"
scan 2 -w "$work/x.pcap" -r "$a"
scan 2 -i a -i b -w "$work/x.pcap"
scan 2 -i a -w "$work/x.cap"
scan 3 -i no-such-one
err_has 'no such interface'
scan 2 --max-drop 101 -r "$a"
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

# -- CARP and VRRP on one ID: the collision, and no address that is not in the frames (CARP's digest is none)
b=$real/b-keepalived-ucarp-same-id-span.pcap
scan 1 -r "$b"
out_has 'CONFLICT carp-collision$'
out_has '^carp    1  10.0.0.3    s0  1.0s  (hidden)'
for form in table json tsv jsonl; do
    scan 1 -f $form -r "$b"
    grep -oE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+' "$work/out" | sort -u >"$work/addresses"
    printf '%s\n' 10.0.0.1 10.0.0.100 10.0.0.2 10.0.0.3 >"$work/known"
    same "$work/addresses" "$work/known"
done
scan 1 -f json -r "$b"
if command -v jq >/dev/null 2>&1; then
    valid '[.ids[].senders[] | select(.ip == "10.0.0.3") | .vips] == [null]'
fi

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
