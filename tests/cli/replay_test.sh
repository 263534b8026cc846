#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab replay`: the frames of a capture in a scenario's segment, at their times, beside its nodes.
. tests/cli/lib.sh
real=$SRCDIR/tests/captures/real-daemons
capture=$real/healthy-v3-vmac-span.pcap    # a keepalived pair: VRID 1, 10.0.0.100, one Active

cat >"$work/lm.yaml" <<'END'
title: A LoadMaster pair of ID 1 beside what was captured
segments:
  lan: {net: 10.0.0.0/24}
nodes:
  lb1: {kind: loadmaster, on: lan, ip: 10.0.0.11, ha: {protocol: vrrp, id: 1, role: first,  shared: 10.0.0.10}}
  lb2: {kind: loadmaster, on: lan, ip: 10.0.0.12, ha: {protocol: vrrp, id: 1, role: second, shared: 10.0.0.10}}
expect:
  - {finding: vrid-collision, id: 1}
  - {match: "vrrp advert vrid 1 version 3 from 10.0.0.1", count: exactly 21}
  - {mac_moves: "vrrp 1", count: over 10}
until: 30s
END

# -- the collision is there with the capture, and only with it
gives 0 "$VIPLAB" replay "$capture" --on "$work/lm.yaml" --keep always --out "$work/kept"
mask "$work/out" >"$work/masked"
says '^PASS  .*lm.yaml  *3 checks  *W s   30s sim$' "$work/masked"
says '^1 scenario: 1 passed, 0 failed  *W s   seed 1   digest [0-9a-f]\{8\}$' "$work/masked"
silent "$work/err"
for file in run.pcapng journal.jsonl report.txt repro.txt report.html; do
    if [ -s "$work"/kept/*.lm/$file ]; then ok; else bad "no $file"; fi
done
says 'viplab replay .*healthy-v3-vmac-span.pcap --seed 1 --on ' "$work"/kept/*.lm/repro.txt
says 'world.outside' "$work"/kept/*.lm/journal.jsonl
gives 1 "$VIPLAB" run --keep never "$work/lm.yaml"
says 'not found by 30s' "$work/out"

# -- every frame at its time after the first
if command -v tshark >/dev/null 2>&1; then
    moments() { tshark -r "$1" -Y 'vrrp.version == 3 and ip.src == 10.0.0.1' -T fields -e frame.time_epoch 2>/dev/null; }
    from=$(tshark -r "$capture" -c 1 -T fields -e frame.time_epoch 2>/dev/null)
    moments "$capture" | awk -v from="$from" '{ split($1, a, "."); split(from, b, "."); printf "%.6f\n", a[1] - b[1] + ("0." a[2]) - ("0." b[2]) }' >"$work/want"
    moments "$work"/kept/*.lm/run.pcapng | awk '{ split($1, a, "."); printf "%.6f\n", a[1] + ("0." a[2]) }' >"$work/got"
    if [ -s "$work/want" ] && cmp -s "$work/want" "$work/got"; then ok; else bad "times"; diff "$work/want" "$work/got" | head -5; fi
fi

# -- the same twice, and the end can be earlier
digest() { sed -n 's/.* digest \([0-9a-f]*\)$/\1/p' "$work/out"; }
gives 0 "$VIPLAB" replay "$capture" --on "$work/lm.yaml" --keep never --repeat 2
first=$(digest)
gives 0 "$VIPLAB" replay "$capture" --on "$work/lm.yaml" --keep never
same "digest" "$(digest)" "$first"
gives 0 "$VIPLAB" replay "$capture" --on "$work/lm.yaml" --keep never --until 10s
says '10s sim   1 open' "$work/out"
sed 's/count: exactly 21/count: at most 5/' "$work/lm.yaml" >"$work/few.yaml"
gives 1 "$VIPLAB" replay "$capture" --on "$work/few.yaml" --keep never
says 'again   viplab replay .*healthy-v3-vmac-span.pcap --seed 1 --on .*few.yaml$' "$work/out"

# -- oracle and promises: what comes from outside excuses only itself. A split pair of the scenario's own is still
#    found, and is true; the intruder on its ID needs no word in the script
cat >"$work/split.yaml" <<'END'
title: A split pair, and an intruder from outside on another ID
segments:
  lan: {net: 10.0.0.0/24}
nodes:
  r1: {kind: rfc, on: lan, ip: 10.0.0.21, vrrp: [{vrid: 7, priority: 200, vip: 10.0.0.20}]}
  r2: {kind: rfc, on: lan, ip: 10.0.0.22, vrrp: [{vrid: 7, priority: 100, vip: 10.0.0.20}]}
timeline:
  - {at: 0s, deaf: {from: r1, to: r2}}
expect:
  - {finding: dual-active, id: 7}
until: 25s
END
gives 0 "$VIPLAB" replay "$capture" --on "$work/split.yaml" --keep never
sed 's/at: 0s, deaf: {from: r1, to: r2}/at: 0s, ping: 10.0.0.20, from: r2/; s/finding: dual-active, id: 7/findings: none, id: 7/' "$work/split.yaml" >"$work/well.yaml"
gives 0 "$VIPLAB" replay "$capture" --on "$work/well.yaml" --keep never
sed 's/vrid: 7/vrid: 1/g; s/id: 7}/id: 1}/' "$work/split.yaml" >"$work/same.yaml"
gives 0 "$VIPLAB" replay "$real/a2-foreign-fast-adverts-span.pcap" --on "$work/same.yaml" --keep never

# -- which segment
cat >"$work/two.yaml" <<'END'
title: Two segments
segments:
  lan: {net: 10.0.0.0/24}
  other: {net: 192.0.2.0/24}
nodes:
  r1: {kind: rfc, on: lan, ip: 10.0.0.21, vrrp: [{vrid: 7, vip: 10.0.0.20}]}
expect:
  - {match: "vrrp advert vrid 1", on: other, count: exactly 21}
  - {match: "vrrp advert vrid 1", on: lan, count: exactly 0}
until: 25s
END
gives 2 "$VIPLAB" replay "$capture" --on "$work/two.yaml"
says 'two.yaml has several segments, choose one with --segment: lan other$' "$work/err"
gives 2 "$VIPLAB" replay "$capture" --on "$work/two.yaml" --segment nowhere
says "is no segment of .*two.yaml; these are: lan other$" "$work/err"
gives 0 "$VIPLAB" replay "$capture" --on "$work/two.yaml" --segment other --keep never

# -- what is not put in is said: frames cut by the snapshot length, frames without Ethernet, and empty captures
head -c 24 "$capture" >"$work/cut.pcap"
# one record of 64 bytes, captured in full, and one of 64 of which 16 are there (little endian)
printf '\0\0\0\0\0\0\0\0\100\0\0\0\100\0\0\0' >>"$work/cut.pcap"
head -c 64 /dev/zero >>"$work/cut.pcap"
printf '\1\0\0\0\0\0\0\0\20\0\0\0\100\0\0\0' >>"$work/cut.pcap"
head -c 16 /dev/zero >>"$work/cut.pcap"
sed '/finding/d; /match/d; s/mac_moves.*/match: "any src-mac 00:00:00:00:00:00", count: exactly 1}/' "$work/lm.yaml" >"$work/any.yaml"
gives 0 "$VIPLAB" replay "$work/cut.pcap" --on "$work/any.yaml" --keep never
says '^viplab replay: 1 frame not put in: cut by the snapshot length$' "$work/err"
head -c 24 "$capture" >"$work/empty.pcap"
gives 3 "$VIPLAB" replay "$work/empty.pcap" --on "$work/any.yaml"
gives 3 "$VIPLAB" replay "$work/no-such.pcap" --on "$work/any.yaml"
gives 2 "$VIPLAB" replay "$capture" --on "$work/no-such.yaml"

# -- usage
gives 2 "$VIPLAB" replay "$capture"
says 'viplab replay CAPTURE --on SCENARIO' "$work/err"
gives 2 "$VIPLAB" replay --on "$work/lm.yaml"
gives 2 "$VIPLAB" run --on "$work/lm.yaml" "$work/lm.yaml"
gives 0 "$VIPLAB" replay --help
says '^usage: viplab replay CAPTURE --on SCENARIO' "$work/out"
gives 0 "$VIPLAB" run --help
if grep -q -e '--segment' "$work/out"; then bad "run offers options of replay"; else ok; fi

finish
