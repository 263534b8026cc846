#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tshark reads the capture of every shipped scenario: nothing malformed, no bad checksum. One exception: it
# verifies VRRPv3 over IPv4 with a pseudo-header, so the form of RFC 9568 (message only) looks wrong to it. Those
# frames are left to our own judge, which knows both forms: it must not report bad-checksum.
set -eu

command -v tshark >/dev/null || { echo "tshark is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SRCDIR"

flags='-n -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE'
bad='_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0 ||
     icmp.checksum.status == 0 || icmpv6.checksum.status == 0 || vrrp.checksum.status == 0'

frames() { # CAPTURE FILTER
    tshark $flags -r "$1" -Y "$2" -T fields -e frame.number 2>"$work/err" || { cat "$work/err"; exit 1; }
}

"$VIPLAB" run --keep always --out "$work/out" scenarios >"$work/run.log" || { cat "$work/run.log"; exit 1; }

passed=0
failed=0
for capture in "$work"/out/*/run.pcapng; do
    name=$(basename "$(dirname "$capture")")
    all=$(frames "$capture" frame | wc -l)
    strange=$(frames "$capture" "($bad) && !(vrrp.version == 3 && ip.version == 4 && ip.checksum.status == 1 &&
        !_ws.malformed)")
    "$VIPLAB" scan -q -f json -r "$capture" >"$work/scan.json" 2>"$work/err" || [ $? -eq 1 ]
    grep -q bad-checksum "$work/scan.json" && strange="$strange bad-checksum"
    if [ "$all" -gt 0 ] && [ -z "$strange" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: $all frames, tshark objects to: $(echo $strange | cut -c1-200)"
    fi
done

# The test can fail: one byte of an IPv4 header changed is found.
capture=$work/out/failover.priority-0/run.pcapng
# the TTL of the first advertisement, so that the header checksum does not fit any more
perl -0777 -pe '$at = index($_, "\x01\x00\x5e\x00\x00\x12"); substr($_, $at + 22, 1) ^= "\x01"' \
    "$capture" >"$work/broken.pcapng"
if [ -n "$(frames "$work/broken.pcapng" "$bad")" ]; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "a wrong IPv4 checksum was not found"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
