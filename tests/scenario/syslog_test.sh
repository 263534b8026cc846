#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The journal says in each box's own words what its administrator would find in the syslog: under the record with -vv,
# as a member of it in journal.jsonl. The digest knows nothing of it.
set -u
failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

cat >pair.yaml <<'END'
title: two makers, two lists
segments: {lan: {net: 192.0.2.0/24}}
nodes:
  k: {kind: keepalived-2.2, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 7, priority: 110, vip: 192.0.2.1}]}
  j: {kind: junos, on: lan, ip: 192.0.2.3, start: 5s, vrrp: [{vrid: 7, vip: [192.0.2.9, 192.0.2.8]}]}
  u: {kind: loadmaster, on: lan, ip: 192.0.2.4, ha: {id: 1, role: first, shared: 192.0.2.10}}
  r: {kind: rfc, on: lan, ip: 192.0.2.5, vrrp: [{vrid: 9, vip: 192.0.2.11}]}
until: 12s
END

says() {
    grep -q -e "$2" "$1" && return
    failed=$((failed + 1))
    echo "FAILED: $1 does not say: $2"
}

"$VIPLAB" run -vv --keep always --out out pair.yaml >log.txt 2>&1
says log.txt ' k  syslog: Keepalived_vrrp: (VI_7) Entering MASTER STATE$'
says log.txt ' j  syslog: vrrpd: VRRPD_VIP_COUNT_MISMATCH: Packet received by eth0 for VRRP group 7 had 1 virtual IP addresses instead of required 2$'
says log.txt ' u  syslog: ucarp: Switching to state: MASTER$'
[ "$(grep -c ' r  syslog:' log.txt)" -eq 0 ] || { failed=$((failed + 1)); echo 'FAILED: the standard has no log'; }

journal=$(find out -name journal.jsonl)
says "$journal" '"syslog":\["Keepalived_vrrp: (VI_7) Receive advertisement timeout","Keepalived_vrrp: (VI_7) Entering MASTER STATE"\]}$'
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)' "$journal" || { failed=$((failed + 1)); echo 'FAILED: a line is no JSON'; }
fi

[ $failed -eq 0 ] && echo 'every box in its own words'
[ $failed -eq 0 ]
