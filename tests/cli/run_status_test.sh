#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab run: exit status and selection.
. tests/cli/lib.sh

mkdir -p "$work/s/failover" "$work/empty"
crash 3s >"$work/s/failover/good.yaml"
crash 2.8s >"$work/s/failover/bad.yaml"
run="$VIPLAB run --out $work/kept"

gives 0 $run "$work/s/failover/good.yaml"
says '^PASS  failover/good.yaml  *3 checks .* 20s sim$' "$work/out"
says '^1 scenario: 1 passed, 0 failed .* seed 1   digest [0-9a-f]\{8\}$' "$work/out"
silent "$work/err"
[ ! -e "$work/kept" ] && ok || bad "evidence of a run that passed"

gives 1 $run "$work/s"
says '^FAIL  failover/bad.yaml  *3 checks .* 1 failed$' "$work/out"
says '^2 scenarios: 1 passed, 1 failed' "$work/out"
same "the order is the files'" "$(sed -n 's/^[A-Z]*  \(failover[^ ]*\).*/\1/p' "$work/out" | tr '\n' ' ')" \
    "failover/bad.yaml failover/good.yaml "

# nothing runs when something cannot be read
echo 'title: [' >"$work/s/broken.yaml"
gives 2 $run "$work/s"
silent "$work/out"
says 'broken.yaml:' "$work/err"
gives 2 $run --keep-going "$work/s"
says '^2 scenarios: 1 passed, 1 failed' "$work/out"
rm "$work/s/broken.yaml"
gives 2 $run "$work/s/none.yaml"
gives 2 $run "$work/empty"

# selection
gives 0 $run --filter good "$work/s"
says '^1 scenario: 1 passed' "$work/out"
gives 0 $run --filter '*/good*' "$work/s"
gives 2 $run --filter nothing "$work/s"
says 'no scenario fits' "$work/err"
gives 0 $run --filter nothing --allow-empty "$work/s"
gives 1 $run --tag failover "$work/s"
gives 2 $run --tag other "$work/s"
gives 0 $run --list "$work/s"
same "the list" "$(cat "$work/out")" "$work/s/failover/bad.yaml
$work/s/failover/good.yaml"

# one failure is enough
crash 2.7s >"$work/s/failover/also-bad.yaml"
gives 1 $run -x "$work/s"
says '^1 scenario: 0 passed, 1 failed, stopped' "$work/out"
rm "$work/s/failover/also-bad.yaml"

# the machine is too slow for one nanosecond
gives 3 $run --timeout 1ns "$work/s/failover/good.yaml"
says '^ERROR failover/good.yaml .* wall time' "$work/out"

# usage
for wrong in '' '--seed x' '--seeds 5' '--seeds 5..4' '--jobs 0' '--repeat 0' '--until soon' '--keep some' '-o x.xml' \
    '--set x' '--nonsense' '--seed'; do
    # shellcheck disable=SC2086  # the words of a wrong command line
    gives 2 $run $wrong
    silent "$work/out"
done

# changing a value of the script: a crash that is noticed in time, because advertisements come four times a second
gives 0 $run --set r1.vrrp.20.interval=250ms --set r2.vrrp.20.interval=250ms "$work/s/failover/bad.yaml"
says 'r1.vrrp.20.interval 250ms' "$work/out"
gives 2 $run --set r9.priority=1 "$work/s/failover/bad.yaml"
same "which of them is wrong" "$(head -n 1 "$work/err" | cut -d';' -f1)" \
    '--set r9.priority=1: `r9.priority'"'"' leads nowhere'
gives 2 $run --set r1.vrrp.20.priority=high "$work/s/failover/bad.yaml"
says '^--set r1.vrrp.20.priority=high: priority: expected a number' "$work/err"

# one ID in both families
sed 's/^segments:/&/; s|192.0.2.0/24}|192.0.2.0/24, net6: "2001:db8::/64"}|; s|ip: 192.0.2.2,|ip: 192.0.2.2, ip6: "2001:db8::2",|
    s|vip: 192.0.2.1}\]|vip: 192.0.2.1}, {vrid: 20, vip: ["fe80::1", "2001:db8::1"]}]|
    s/^  - {becomes.*/  - {state: active, of: r1, id: 20, family: ipv6, at: 4s}/' "$work/s/failover/good.yaml" |
    grep -v 'r2\|takeover' >"$work/both.yaml"
gives 0 $run "$work/both.yaml"
gives 2 $run --set r1.vrrp.20.priority=90 "$work/both.yaml"
says 'may be one of several' "$work/err"
gives 0 $run --set r1.vrrp.20.ipv6.priority=90 "$work/both.yaml"
echo 'matrix: {r1.vrrp.20.priority: [90, 100]}' | cat "$work/both.yaml" - >"$work/matrix.yaml"
gives 2 $run "$work/matrix.yaml"
says 'matrix.yaml:[0-9]*:10: matrix: .* may be one of several' "$work/err"

# seeds
gives 0 $run --set seed=7 "$work/s/failover/good.yaml"
says 'seed 7   digest' "$work/out"
gives 2 $run --seed 1 --seeds 1..2 "$work/s/failover/good.yaml"
says 'only one of them' "$work/err"
(echo 'seed: 9'; cat "$work/s/failover/good.yaml") >"$work/nine.yaml"
gives 0 $run "$work/s/failover/good.yaml" "$work/nine.yaml"
says 's   the scripts. seeds   digest' "$work/out"

# more and less
gives 1 $run -q "$work/s"
same "quiet has one line for the failure" "$(grep -c '^[A-Z]*  failover' "$work/out")" 1
gives 1 $run -v "$work/s"
says '^      held    11: .*becomes: active, of: r1' "$work/out"
says '^      failed  12: ' "$work/out"
gives 1 $run -vv "$work/s"
says '^\[  12.828145000\] r2 vrrp 20 ipv4  backup -> active' "$work/out"

# a run that is cut short does not judge what it did not see
gives 0 $run -v --until 11s "$work/s/failover/bad.yaml"
says '^PASS .* 11s sim   2 open' "$work/out"
gives 1 $run --until 1s "$work/s/failover/good.yaml"
says '^OPEN .* 1s sim   3 open' "$work/out"
says '^1 scenario: 0 passed, 0 failed, 1 open' "$work/out"
gives 0 $run --until 1s --allow-empty "$work/s/failover/good.yaml"
gives 0 $run --until 30s "$work/s/failover/good.yaml"
says '--until is beyond the end of failover/good.yaml (20s)' "$work/err"
finish
