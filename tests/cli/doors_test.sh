#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The doors of scripts (check, explain, run, fuzz): what they say of a command line that is wrong, to the letter, and
# that a result which cannot be written is no success.
. tests/cli/lib.sh
cd "$work"

crash 3s >good.yaml
crash 3s | sed '$d' >cases.yaml
printf 'until: 20s\nmatrix: {r2.vrrp.20.priority: [100, 90]}\n' >>cases.yaml
printf 'template: t\nsegments: {lan: {net: 192.0.2.0/24}}\nnodes: {c: {kind: client, on: lan, ip: 192.0.2.50}}\n' >template.yaml
sed 's/until: 20s/until: soon/' good.yaml >bad.yaml

# refuses STATUS MESSAGE COMMAND...: nothing on stdout, exactly this on stderr
refuses() {
    wanted=$1 message=$2
    shift 2
    gives "$wanted" "$VIPLAB" "$@"
    silent out
    same "$*" "$(cat err)" "$message"
}

# -- check
gives 0 "$VIPLAB" check good.yaml cases.yaml template.yaml
same "check" "$(cat out)" 'ok  good.yaml
ok  cases.yaml  2 cases
ok  template.yaml  template'
gives 0 "$VIPLAB" check -q good.yaml cases.yaml template.yaml
silent out
gives 2 "$VIPLAB" check -x good.yaml
says '^try: viplab check --help$' err
gives 0 "$VIPLAB" check --help
says '^usage: viplab check' out
refuses 2 "bad.yaml:14:8: until: expected a time such as 500ms or 1m30s, not \`soon'" check bad.yaml
# a mark of the byte order, as some editors write
{ printf '\357\273\277'; cat good.yaml; } >marked.yaml
gives 0 "$VIPLAB" check -q marked.yaml
# 2049 keys in one mapping
{ printf 'title: t\nnodes: {'; awk 'BEGIN { for (i = 0; i <= 2048; i++) printf "a%d: 1,", i }'; echo '}'; } >keys.yaml
gives 2 "$VIPLAB" check keys.yaml
says '^keys.yaml:2:[0-9]*: more than 2048 keys in one mapping$' err

# -- explain
gives 0 "$VIPLAB" explain cases.yaml
says '^# case 1 of 2: r2.vrrp.20.priority 100 (see the others with --case N)$' out
gives 0 "$VIPLAB" explain --case 2 cases.yaml
says '^# case 2 of 2: r2.vrrp.20.priority 90 ' out
for wrong in 0 3 x 1x; do
    refuses 2 "viplab explain: --case: \`$wrong' is not in 1-2" explain --case $wrong cases.yaml
done
refuses 2 'template.yaml: a template; explain the scripts that include it' explain template.yaml
refuses 2 "bad.yaml:14:8: until: expected a time such as 500ms or 1m30s, not \`soon'" explain bad.yaml
refuses 2 'viplab explain: explain what?
try: viplab explain --help' explain
refuses 2 'viplab explain: one thing at a time; quote a log line
try: viplab explain --help' explain good.yaml cases.yaml
gives 0 "$VIPLAB" explain --help
says '^usage: viplab explain FILE' out
silent err

# -- run: values of --set that are none
refuses 2 '--set seed=: expected one value' run --set seed= good.yaml
refuses 2 '--set seed=1,2: expected one value' run --set seed=1,2 good.yaml
refuses 2 "--set seed=[1]: seed: expected a number, not a list" run --set 'seed=[1]' good.yaml
gives 2 "$VIPLAB" run --set 'seed=[1' good.yaml
says '^--set seed=\[1: ' err
refuses 2 "viplab run: --timeout: \`0' is not a length of time, as 2m (viplab help run)" run --timeout 0 good.yaml
gives 0 "$VIPLAB" run --timeout 50 --until 15 good.yaml
says ' 15s sim ' out
refuses 2 'viplab run: no scenario given: name files or folders (viplab help run)' run
refuses 2 'viplab run: a value is missing after `--seed'\'' (viplab help run)' run --seed
refuses 2 "viplab run: there is no option \`--sed' (viplab help run)" run --sed

# a time beyond the end of two of them, said once
gives 0 "$VIPLAB" run --until 30s good.yaml cases.yaml
says '^viplab run: --until is beyond the end of .*good.yaml (20s) and of 2 more$' err

# a file that is named twice runs once; names that would share a folder do not
mkdir -p 'a b' a-b
crash 2.8s | tee 'a b/x.yaml' >a-b/x.yaml
gives 0 "$VIPLAB" run good.yaml good.yaml
says '^1 scenario: 1 passed' out
gives 1 "$VIPLAB" run 'a b/x.yaml' a-b/x.yaml
same "two folders" "$(ls viplab-out)" 'a-b.x
a-b.x-2'
# the command that shows a failure again, of a name that a shell would split
mkdir "it's"
cp a-b/x.yaml "it's/x.yaml"
gives 1 "$VIPLAB" run --keep never "it's"
says "^  again   viplab run --seed 1 --until 12.828145s 'it'\\\\''s/x.yaml'\$" out
eval "gives 1 \"\$VIPLAB\" run --keep never $(sed -n 's/^  again   viplab run //p' out)"
says '^1 scenario: 0 passed, 1 failed' out
# why the script expects it comes first
sed 's/within: under 2.8s/&, why: "users wait"/' a-b/x.yaml >why.yaml
gives 1 "$VIPLAB" run --keep never why.yaml
says '^why.yaml:12: users wait       FAILED$' out
says '^  script  {takeover: r2, id: 20, after: 10s, within: under 2.8s, why: users wait}$' out

# -- fuzz: takes some of the same line
refuses 2 'viplab fuzz: no seeds given, as --seeds 1..200 (viplab help fuzz)' fuzz good.yaml
refuses 2 'viplab fuzz: no scenario given: name a file (viplab help fuzz)' fuzz --seeds 1..2
refuses 2 "viplab fuzz: there is no option \`--repeat' (viplab help fuzz)" fuzz --repeat 2 good.yaml
refuses 2 'viplab fuzz: 2 scenarios there, not one: a base is a file without a matrix' fuzz --seeds 1..2 cases.yaml

# each failing seed has its line, and the summary counts them
base=$SRCDIR/tests/scenario/fuzz/physical-macs.yaml
gives 1 "$VIPLAB" fuzz "$base" --seeds 1..20 --out fuzzed
same "failing seeds" "$(grep -c '^FAIL  seed [0-9]*  expect ping$' out)" "$(sed -n 's/^20 seeds: .* passed, \([0-9]*\) failed .*/\1/p' out)"
: >file
gives 1 "$VIPLAB" fuzz "$base" --seeds 1..20 --out file/x -q
says '^viplab fuzz: file/x/.*\.yaml: Not a directory$' err

# -- a full disk
if [ -w /dev/full ]; then
    for command in 'run good.yaml' 'run --list good.yaml' 'run --help' 'fuzz --help'; do
        status=0
        # shellcheck disable=SC2086  # the words of the command
        "$VIPLAB" $command >/dev/full 2>err </dev/null || status=$?
        same "$command" "$status" 3
        same "$command" "$(cat err)" "viplab ${command%% *}: stdout: No space left on device"
    done
else
    echo "there is no /dev/full here: a full disk was not tried"
fi
finish
