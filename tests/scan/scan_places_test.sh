#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab scan` of a capture that a run left: one ID in a segment, in a VLAN of it and in another segment are three;
# what is in conflict is told where it is; and how long one must listen to be sure.
. tests/cli/lib.sh
cd "$work"

cat >places.yaml <<'END'
title: One ID in three places
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  a: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 12, vip: [192.0.2.1, 192.0.2.4, 192.0.2.5], interval: 250ms}]}
  b: {kind: rfc, on: lan, vlan: 20, ip: 192.0.2.3, vrrp: [{vrid: 12, priority: 200, vip: 192.0.2.1}]}
  c: {kind: rfc, on: farm, ip: 198.51.100.2, vrrp: [{vrid: 12, vip: 198.51.100.1}]}
  d: {kind: rfc, on: farm, ip: 198.51.100.3, vrrp: [{vrid: 12, vip: 198.51.100.9, version: 2}]}
until: 20s
expect:
  - {finding: vrid-collision, id: 12}
END
gives 0 "$VIPLAB" run -q --keep always --out kept places.yaml
capture=kept/places/run.pcapng

# 3.609375 s with 1 s and priority 100, 3 s and 56/256 s with priority 200; 0.902343750 s with 250 ms
gives 1 "$VIPLAB" scan -r "$capture"
same "the rows" "$(sed '/^$/,$d' out)" \
'PROTO  ID  WHERE  SENDER        PRIO    INT  ADDRESSES     MAC                HEARD  VERDICT
vrrp3  12  -      192.0.2.2      100  0.25s  192.0.2.1 +2  00:00:5e:00:01:0c     77  ok
vrrp3  12  20     192.0.2.3      200   1.0s  192.0.2.1     00:00:5e:00:01:0c     17  ok
vrrp3  12  if1 -  198.51.100.2   100   1.0s  198.51.100.1  00:00:5e:00:01:0c     17  CONFLICT vrid-collision
vrrp2  12  if1 -  198.51.100.3   100   1.0s  198.51.100.9  00:00:5e:00:01:0c     17  CONFLICT vrid-collision'
same "conflicts" "$(grep -c '^CONFLICT' out)" 1
says '^free IPv4: 1-11 13-255 (254)$' out
says '^not heard in 19\.000 s, confidence low (2m3s is medium, 12m45s high)\. Blind to:$' out
# 128 advertisements, and a gratuitous ARP for each of 6 addresses
same "talk" "$(cat err)" '134 frames, 1 conflict'

gives 1 "$VIPLAB" scan -q -f tsv -r "$capture"
same "the rows of TSV" "$(cut -f 1-6,8-11,13-14 out | tr '\t' ' ')" \
'proto af interface vlan id sender priority interval_ms vips count verdict code
vrrp3 ipv4 0 - 12 192.0.2.2 100 250 192.0.2.1,192.0.2.4,192.0.2.5 77 clean -
vrrp3 ipv4 0 20 12 192.0.2.3 200 1000 192.0.2.1 17 clean -
vrrp3 ipv4 1 - 12 198.51.100.2 100 1000 198.51.100.1 17 conflict vrid-collision
vrrp2 ipv4 1 - 12 198.51.100.3 100 1000 198.51.100.9 17 conflict vrid-collision'

if python3 -c '' 2>/dev/null; then
    gives 1 "$VIPLAB" scan -q -f json -r "$capture"
    same "the places of the document" "$(python3 -c '
import json, sys
d = json.load(sys.stdin)
for x in d["ids"] + d["conflicts"]:
    print(x.get("code", "id"), x["id"], x["vlan"], x.get("interface"))' <out)" \
'id 12 None None
id 12 20 None
id 12 None 1
vrid-collision 12 None 1
version-mismatch 12 None 1
mac-flap 12 None 1'
fi

# one place at a time
gives 0 "$VIPLAB" scan -q --vlan 20 -r "$capture"
same "of VLAN 20" "$(sed '/^$/,$d' out | cut -c 1-30)" 'PROTO  ID  WHERE  SENDER     P
vrrp3  12  20     192.0.2.3   '
gives 1 "$VIPLAB" scan -q --want 11-13 -r "$capture"
same "who has it" "$(cat out)" '12 taken: vrrp by 192.0.2.2 (192.0.2.1,192.0.2.4,192.0.2.5)
12 taken: vrrp by 192.0.2.3 (192.0.2.1)
12 taken: vrrp by 198.51.100.2 (198.51.100.1), 198.51.100.3 (198.51.100.9)'

# gratuitous ARP alone: the ID is known by its MAC, and nothing else of it
gives 0 "$VIPLAB" scan -q -r "$capture" arp and net 192.0.2.0/24
same "by MAC only" "$(sed '/^$/,$d' out)" 'PROTO  ID  SENDER  PRIO  INT  ADDRESSES  MAC                HEARD  VERDICT
vrrp   12  ?          ?    ?  ?          00:00:5e:00:01:0c      0  in use (seen by MAC only)'

# silence proves something once three of the longest intervals fit: 3 x 41 s; three of 255 s
for until in '123s low' '130s medium' '770s high'; do
    gives 0 "$VIPLAB" run -q --keep always --out "${until#* }" --set "until=${until% *}" places.yaml
    gives 1 "$VIPLAB" scan -q -r "$(echo "${until#* }"/*/run.pcapng)"
    says "confidence ${until#* }" out
done

# one address under two IDs: both rows say so
cat >two.yaml <<'END'
title: One address under two IDs
segments: {lan: {net: 192.0.2.0/24}}
nodes:
  a: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 20, vip: [192.0.2.4, 192.0.2.1]}]}
  b: {kind: rfc, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 22, vip: 192.0.2.1}]}
  other: {kind: rfc, on: lan, ip: 192.0.2.6, vrrp: [{vrid: 30, vip: 192.0.2.7}]}
until: 20s
expect:
  - {finding: vip-two-ids}
END
gives 0 "$VIPLAB" run -q --keep always --out kept two.yaml
gives 1 "$VIPLAB" scan -q -r kept/two/run.pcapng
same "both IDs" "$(sed -n 's/^vrrp3 *\([0-9]*\) .*  \([^ ].*\)$/\1 \2/p' out)" '20 CONFLICT vip-two-ids
22 CONFLICT vip-two-ids
30 ok'
says '^free IPv4: 1-19 21 23-29 31-255 (252)$' out
finish
