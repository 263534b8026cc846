#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab run --table`: a line for each case of a matrix, a column for each value of the case and each named expectation.
set -u
cd "$SRCDIR" || exit 1
. tests/cli/lib.sh

cat >"$work/m.yaml" <<END
title: who wins
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  r1: {kind: keepalived-2.2, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1}]}
  r2: {kind: frr, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 20, version: 2, vip: 192.0.2.1}]}
  client: {kind: client, on: lan, ip: 192.0.2.50}
matrix:
  r2.vrrp.20.vip: [192.0.2.1, [192.0.2.9, 192.0.2.10]]
  winner: [{r1.vrrp.20.priority: 200, expect.active.actives: [r1]}, {r1.vrrp.20.priority: 50, expect.active.actives: at most 2}]
timeline:
  - {at: 10s, ping: 192.0.2.1, from: client, every: 100ms}
expect:
  - {name: active, actives: 1, id: 20, after: 10s}
  - {ping: client, loss: 0%, after: 10s}
  - {name: r1_says, logs: r1, trouble: true, count: at least 0}
suspends: heard-conflicts
until: 20s
END

gives 0 "$VIPLAB" run -q --table "$work/m.yaml"
same "the table" "$(grep -v -e ' scenarios: ' -e '^$' "$work/out" | sed "s|$work|.|")" './m.yaml
r2.vrrp.20.vip           r1.vrrp.20.priority  active          r1_says
192.0.2.1                200                  active: r1      0 lines of r1
192.0.2.1                50                   active: r2      0 lines of r1
[192.0.2.9, 192.0.2.10]  200                  active: r1      0 lines of r1
[192.0.2.9, 192.0.2.10]  50                   active: r1, r2  17 lines of r1'
"$VIPLAB" run -q --table "$work/m.yaml" | grep -v scenarios: >"$work/one"
"$VIPLAB" run -q --table --jobs 1 "$work/m.yaml" | grep -v scenarios: >"$work/two"
same "the same in any order of finishing" "$(cat "$work/two")" "$(cat "$work/one")"

# a script whose expectations have no names has none; two scripts have two
crash 3s >"$work/crash.yaml"
gives 0 "$VIPLAB" run -q --table "$work/crash.yaml"
same "no table" "$(wc -l <"$work/out" | tr -d ' ')" 1
sed 's/expect:/&\n  - {name: taker, takeover: r2, after: 10s, within: under 3s}/' "$work/crash.yaml" >"$work/named.yaml"
gives 0 "$VIPLAB" run -q --table "$work/named.yaml" "$work/m.yaml"
says '^taker$' "$work/out"
says '^r2.vrrp.20.vip ' "$work/out"
finish
