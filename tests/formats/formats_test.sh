#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab run's formats, judged by those who read them: xmllint with schemas, prove, jq, a YAML parser.
. tests/cli/lib.sh
here=$PWD/tests/formats
cd "$work"
case $VIPLAB in /*) ;; *) VIPLAB=$OLDPWD/$VIPLAB ;; esac

mkdir -p s/failover one
crash 3s >s/failover/good.yaml
crash '2.8s, why: "a <fast> & \"odd\" #takeover | `x`"' >s/failover/bad.yaml
cp s/failover/good.yaml one/

gives 1 "$VIPLAB" run s -o r.json -o r.xml -o r.tap -o r.md --junit common.junit
gives 1 "$VIPLAB" run s --until 5s --no-skip --junit noskip.xml
gives 0 "$VIPLAB" run s --until 5s --junit skip.xml --junit-dialect xunit
gives 1 "$VIPLAB" run s --junit xunit.xml --junit-dialect xunit --seeds 1..3
gives 3 "$VIPLAB" run one --timeout 1ns --junit error.xml
echo 'title: [' >broken.yaml
gives 2 "$VIPLAB" run --keep-going s broken.yaml --junit broken.xml

# JUnit by schema
if command -v xmllint >/dev/null 2>&1; then
    for f in r.xml common.junit noskip.xml error.xml broken.xml; do
        gives 0 xmllint --noout --schema "$here/junit-common.xsd" $f
    done
    for f in skip.xml xunit.xml; do gives 0 xmllint --noout --schema "$here/junit-xunit.xsd" $f; done
    # the schemas can fail, and the dialects do differ
    gives 3 xmllint --noout --schema "$here/junit-xunit.xsd" r.xml
    gives 3 xmllint --noout --schema "$here/junit-common.xsd" xunit.xml
    count() { xmllint --xpath "count($1)" "$2"; }
    same "failures" "$(count //failure r.xml) $(count //error r.xml) $(count //skipped r.xml)" "1 0 0"
    same "the sums" "$(xmllint --xpath 'concat(/*/@tests, " ", /*/@failures, " ", sum(//testsuite/@tests))' r.xml)" "6 1 6"
    same "skips" "$(count //skipped skip.xml) $(count //failure skip.xml)" "4 0"
    same "skips that must not be" "$(count //skipped noskip.xml) $(count //failure noskip.xml)" "0 4"
    same "a suite a seed" "$(count //testsuite xunit.xml)" 6
    same "errors" "$(count //error error.xml) $(count //error broken.xml) $(count //failure broken.xml)" "1 1 1"
    same "the message" "$(xmllint --xpath 'string(//failure/@message)' r.xml)" \
        's/failover/bad.yaml:12: a <fast> & "odd" #takeover | `x`: got r2 is active after 2.828145s, at 12.828145s, want active under 2.8s after 10s (t=12.828145000 s)'
    for f in $(xmllint --xpath 'string(//system-out)' r.xml | sed -n 's/^\[\[ATTACHMENT|\(.*\)\]\]$/\1/p'); do
        if [ -s "$f" ]; then ok; else bad "attached, but not there: $f"; fi
    done
else
    echo "skipped: JUnit by schema (no xmllint here)"
fi

# TAP: stdout is TAP and nothing else
gives 1 "$VIPLAB" run --tap s
silent "$work/err"
cp "$work/out" tap.tap
cmp -s tap.tap r.tap && ok || bad "-o r.tap is not what --tap prints"
same "version" "$(head -n 1 tap.tap)" "TAP version 13"
gives 1 "$VIPLAB" run --tap=14 s
same "version" "$(head -n 1 "$work/out")" "TAP version 14"
says 'a <fast> & "odd" \\#takeover' "$work/out"
if command -v prove >/dev/null 2>&1; then
    gives 0 prove -e "$VIPLAB run --tap" one/good.yaml
    gives 1 prove -e "$VIPLAB run --tap" s/failover/bad.yaml
    says 'Failed 1/1 subtests' "$work/out"
    gives 0 prove -v -e "$VIPLAB run --tap --until 1s --allow-empty" one/good.yaml
    says '^ok 1 - one.good # SKIP no expectation could be judged$' "$work/out"
    "$VIPLAB" run --tap broken.yaml >broken.tap 2>/dev/null
    gives 255 prove -e cat broken.tap # "Bail out!" stops the harness
    says 'Further testing stopped: a script cannot be read' "$work/err"
else
    echo "skipped: TAP (no prove here)"
fi

# GitHub: annotations on stderr, the summary appended
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do crash "2.${i}ms" >"s/failover/bad$i.yaml"; done
echo before >summary.md
gives 1 env GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=summary.md "$VIPLAB" run s
same "annotations" "$(grep -c '^::error ' "$work/err")" 10
says '^::error title=viplab::and 4 more$' "$work/err"
says '^::error file=s/failover/bad.yaml,line=12,title=a <fast> & "odd" #takeover | `x`::s/failover/bad.yaml:12: ' "$work/err"
same "appended" "$(head -n 1 summary.md)" before
says '^## viplab: 14 runs, 13 failed$' summary.md
says '^gantt$' summary.md
says '^  section r2 vrrp 20$' summary.md
same "fences close" "$(($(grep -c '^```' summary.md) % 2))" 0
gives 1 env GITHUB_ACTIONS=true "$VIPLAB" run --github never s
silent "$work/err"
gives 1 "$VIPLAB" run s
silent "$work/err"
rm s/failover/bad?*.yaml

# exit styles
gives 77 "$VIPLAB" run --exit-style automake --until 1s one
gives 99 "$VIPLAB" run --exit-style automake none.yaml
gives 1 "$VIPLAB" run --exit-style automake s
gives 0 "$VIPLAB" run --exit-style automake one
gives 1 "$VIPLAB" run --exit-style nagios --until 1s one
gives 2 "$VIPLAB" run --exit-style nagios s
gives 3 "$VIPLAB" run --exit-style nagios none.yaml

# parts: together all, none twice, and a new file moves no other
i=0
while [ $i -lt 20 ]; do i=$((i + 1)); cp one/good.yaml "s/c$i.yaml"; done
"$VIPLAB" run --list s | sort >all
for i in 1 2 3; do "$VIPLAB" run --list --shard $i/3 s >part$i; done
same "parts" "$(sort part1 part2 part3)" "$(cat all)"
cp one/good.yaml s/a-new-one.yaml
"$VIPLAB" run --list --shard 2/3 s | grep -v a-new-one >again
cmp -s part2 again && ok || bad "a new file moved others to another part"
for i in 1 2 3; do "$VIPLAB" run --list --shard slice:$i/3 s | wc -l; done >sizes
same "dealt out" "$(tr -d ' ' <sizes | tr '\n' ' ')" "8 8 7 "
gives 2 "$VIPLAB" run --shard 2/2 one/good.yaml --filter none
for wrong in '--shard 0/2' '--shard 3/2' '--shard 2' '--tap=12' '--exit-style x' '--github x' '--junit-dialect x' '-o x.txt'; do
    # shellcheck disable=SC2086  # the words of a wrong command line
    gives 2 "$VIPLAB" run $wrong one
done

# Ctrl-C: what is done is reported, whole
cat >long.yaml <<END
title: long
segments: {lan: {net: 192.0.2.0/24}}
nodes:
  r1: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 20, version: 3, priority: 200, interval: 10ms, vip: 192.0.2.1}]}
expect: [{never: dual-active, id: 20}]
until: 720h
END
gives 0 "$VIPLAB" check long.yaml
# a background job of a script without job control ignores SIGINT; TERM is the same to us
"$VIPLAB" run --keep never --jobs 1 one/good.yaml long.yaml -o cut.xml >cut.out 2>&1 &
pid=$!
n=0
until grep -q '^PASS' cut.out || [ $n = 300 ]; do n=$((n + 1)); sleep 0.1; done
kill -TERM $pid
status=0
wait $pid || status=$?
same "died of the signal" $status 143
says 'interrupted (1 not done)' cut.out
if command -v xmllint >/dev/null 2>&1; then
    gives 0 xmllint --noout --schema "$here/junit-common.xsd" cut.xml
fi

# --watch: again at every save
"$VIPLAB" run --watch one >watch.out 2>watch.err &
pid=$!
until_runs() { n=0; until [ "$(grep -c '^1 scenario' watch.out)" -ge "$1" ] || [ $n = 300 ]; do n=$((n + 1)); sleep 0.1; done; }
until_runs 1
crash 2.8s >one/good.yaml
until_runs 2
crash 3s >one/other && mv one/other one/good.yaml
until_runs 3
kill $pid
wait $pid 2>/dev/null
same "verdicts of --watch" "$(sed -n 's/^\(PASS\|FAIL\) .*/\1/p' watch.out | tr '\n' ' ')" "PASS FAIL PASS "
finish
