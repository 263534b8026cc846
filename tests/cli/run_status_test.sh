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
says 'leads nowhere' "$work/err"

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
finish
