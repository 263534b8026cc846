#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab run: what a failure says and leaves, and that its command shows it again.
. tests/cli/lib.sh

mkdir -p "$work/s/failover"
crash 2.8s >"$work/s/failover/crash.yaml"
cd "$work"

gives 1 "$VIPLAB" run s
same "the block" "$(sed -n '/: {takeover/,/^  kept/p' out)" \
"s/failover/crash.yaml:12: {takeover: r2, id: 20, after: 10s, within: under 2.8s}       FAILED
  at      t=12.828145 s
  got     r2 is active after 2.828145s, at 12.828145s
  want    active under 2.8s after 10s
  before  t=0.000      r2 vrrp 20 ipv4  initialize -> backup (startup), priority 100
          t=3.21875    r1 vrrp 20 ipv4  backup -> active (active_down timer), priority 200
          t=10.000     world            r1 crashed
          t=12.828145  r2 vrrp 20 ipv4  backup -> active (active_down timer), priority 100
  again   viplab run --seed 1 --until 12.828145s s/failover/crash.yaml
  kept    viplab-out/failover.crash/  run.pcapng journal.jsonl report.txt repro.txt report.html"

# what is kept
kept=viplab-out/failover.crash
same "the files" "$(ls $kept | tr '\n' ' ')" "journal.jsonl report.html report.txt repro.txt result.json run.pcapng "
says 'digest [0-9a-f]\{64\}' $kept/report.txt
says '^      failed  12: {takeover' $kept/report.txt
same "the journal's lines are objects" "$(grep -vc '^{"schema":"viplab.journal/1","t":"[0-9]*\.[0-9]\{9\}","seq":[0-9]*,.*}}$' \
    $kept/journal.jsonl)" 0
says '"kind":"vrrp.state".*"to":"active"' $kept/journal.jsonl
if command -v tshark >/dev/null 2>&1; then
    same "tshark sees the advertisements of 10 s" "$(tshark -r $kept/run.pcapng -T fields -e frame.time_epoch \
        -Y 'vrrp.virt_rtr_id == 20' 2>/dev/null | awk '$1 < 10' | tr '\n' ' ')" "3.218760000 4.218760000 5.218760000 \
6.218760000 7.218760000 8.218760000 9.218760000 "
    same "nothing malformed" "$(tshark -r $kept/run.pcapng -o ip.check_checksum:TRUE \
        -Y '_ws.malformed or ip.checksum.status == 0' 2>/dev/null | wc -l | tr -d ' ')" 0
else
    echo "tshark is not here: captures were not read by another program"
fi

# the same again
again=$(sed -n 's/^  again   viplab //p' out)
sed -n '/^  at /,/^  want/p' out >first
# shellcheck disable=SC2086  # the words of the command
gives 1 "$VIPLAB" $again
sed -n '/^  at /,/^  want/p' out >second
same "the command shows the same" "$(cat second)" "$(cat first)"
same "and is its own command" "$(sed -n 's/^  again   viplab //p' out)" "$again"
same "repro.txt has it" "$(head -n 1 $kept/repro.txt)" "viplab $again"

# one case of a matrix, though the name of another begins with its own
crash 3s | sed '$d' >s/failover/matrix.yaml
printf 'until: 20s\nmatrix:\n  r1.vrrp.20.priority: [20, 200]\n' >>s/failover/matrix.yaml
gives 1 "$VIPLAB" run s/failover/matrix.yaml
same "the case that fails" "$(sed -n "s/^  again .* --filter '\(.*\)' .*/\1/p" out | sort -u)" '[r1.vrrp.20.priority 20]'
eval "gives 1 \"\$VIPLAB\" $(sed -n 's/^  again   viplab //p' out | head -n 1)"
says '^1 scenario: 0 passed, 1 failed' out
# with another value changed on top of it
gives 1 "$VIPLAB" run --set r2.vrrp.20.preempt=false s/failover/matrix.yaml
says '^PASS  failover/matrix.yaml \[r1.vrrp.20.priority 200, r2.vrrp.20.preempt false\]' out
eval "gives 1 \"\$VIPLAB\" $(sed -n 's/^  again   viplab //p' out | head -n 1)"
says '^1 scenario: 0 passed, 1 failed' out
# a value that would be taken for a pattern
crash 2.8s | sed '$d; s/kind: rfc/kind: keepalived-2.2/; s/, vip/, auth: {text: x}, vip/; s/priority: 200/priority: 200, version: 2/' \
    >s/failover/matrix.yaml
printf 'until: 20s\nmatrix:\n  r1.vrrp.20.auth.text: [a*, ab]\n' >>s/failover/matrix.yaml
gives 1 "$VIPLAB" run s/failover/matrix.yaml
eval "gives 1 \"\$VIPLAB\" $(sed -n 's/^  again   viplab //p' out | head -n 1)"
says '^FAIL  failover/matrix.yaml \[r1.vrrp.20.auth.text "a\*"\]' out
says '^1 scenario: 0 passed, 1 failed' out

# one case of a matrix
crash 3s | sed '$d' >s/failover/matrix.yaml
printf 'until: 20s\nmatrix:\n  r2.vrrp.20.priority: [100, 10]\n' >>s/failover/matrix.yaml
gives 1 "$VIPLAB" run s/failover/matrix.yaml
says '^PASS  failover/matrix.yaml \[r2.vrrp.20.priority 100\]  *3 checks' out
says '^FAIL  failover/matrix.yaml \[r2.vrrp.20.priority 10\]   *3 checks .* 1 failed' out
says '^  kept    viplab-out/failover.matrix.r2.vrrp.20.priority-10/' out
eval "gives 1 \"\$VIPLAB\" $(sed -n 's/^  again   viplab //p' out)"
says '^1 scenario: 0 passed, 1 failed' out
# and one made by --set
gives 1 "$VIPLAB" run --set r2.vrrp.20.priority=10 s/failover/crash.yaml
eval "gives 1 \"\$VIPLAB\" $(sed -n 's/^  again   viplab //p' out | head -n 1)"
says 'got     r2 is active after' out
rm s/failover/matrix.yaml

# what is kept when
rm -r viplab-out
gives 1 "$VIPLAB" run --keep never s
[ ! -e viplab-out ] && ok || bad "--keep never kept something"
if grep -q '^  kept' out; then bad "says that it kept something"; else ok; fi
crash 3s >s/failover/crash.yaml
gives 0 "$VIPLAB" run --keep always --out other/place s
[ -s other/place/failover.crash/run.pcapng ] && ok || bad "--keep always kept nothing"
: >file
crash 2.8s >s/failover/crash.yaml
gives 1 "$VIPLAB" run --out file/x s
says 'file/x' err
crash 3s >s/failover/crash.yaml
gives 3 "$VIPLAB" run --keep always --out file/x s
says '^PASS ' out
says 'file/x' err
gives 3 "$VIPLAB" run -o nowhere/r.json s
crash 2.8s >s/failover/crash.yaml

# JSON
gives 1 "$VIPLAB" run --keep never -o nowhere/r.json s
says 'nowhere/r.json: No such file' err
[ ! -e nowhere ] && ok || bad "-o made a folder"
mkdir results
gives 1 "$VIPLAB" run -o results/r.json s
says '"schema": "viplab.run/1"' results/r.json
says '"got": "r2 is active after 2.828145s, at 12.828145s"' results/r.json
same "nothing half written" "$(ls results)" r.json
cp results/r.json first.json
gives 1 "$VIPLAB" run --jobs 1 -o results/r.json s
same "the same bytes again" "$(cmp first.json results/r.json && echo same)" same

# a finding is the comment of the frame with which it became known
if command -v tshark >/dev/null 2>&1; then
    sed 's/title:.*/title: two groups/; s/^tags.*//; /crash/d; /takeover/d; /never/d; /timeline/d; /becomes/d
        /r2:/s/vip: 192.0.2.1/vip: 192.0.2.9/
        s/kind: rfc/kind: cisco-ios/; s/^expect:/expect:\n  - {finding: vrid-collision, id: 20}/' \
        s/failover/crash.yaml >s/failover/two.yaml
    gives 0 "$VIPLAB" run --keep always s/failover/two.yaml
    same "the comment" "$(tshark -r viplab-out/failover.two/run.pcapng -Y 'frame.comment contains "vrid-collision"' \
        2>/dev/null | wc -l | tr -d ' ')" 1
    rm s/failover/two.yaml
fi

# a step that the node refuses is a failure with a place
sed 's/- {at: 10s, crash: r1}/- {at: 10s, crash: r1}\n  - {at: 11s, set: {r1.vrrp.20.priority: 50}}/' \
    s/failover/crash.yaml >s/failover/refused.yaml
gives 1 "$VIPLAB" run s/failover/refused.yaml
says '^  kind    step$' out
says '^  got     r1 refuses: r1 is not running$' out

# --pcap: the capture always beside the rest, only of what failed, never; --trace: the records of some kinds; --sim-limit
mkdir -p pcap/s
crash 3s >pcap/s/good.yaml
crash 2.8s >pcap/s/bad.yaml
for when in always failed never; do
    gives 1 "$VIPLAB" run --keep always --pcap $when --out pcap/$when pcap/s
    same "--pcap $when" "$(cd pcap/$when && find . -name run.pcapng | sort | tr '\n' ' ')" "$(case $when in
        always) echo './s.bad/run.pcapng ./s.good/run.pcapng ' ;; failed) echo './s.bad/run.pcapng ' ;; never) echo ;; esac)"
    same "--pcap $when: the rest" "$(find pcap/$when -name journal.jsonl | wc -l | tr -d ' ')" 2
done
gives 2 "$VIPLAB" run --pcap sometimes pcap/s
gives 0 "$VIPLAB" run --trace vrrp.state,world --keep never pcap/s/good.yaml
same "--trace: those kinds" "$(grep -c '^\[.* vrrp 20 ipv4  .* -> ' "$work/out") $(($(grep -c '^\[.* world  \|^\[.*started' "$work/out") > 0)) $(grep -c 'answered' "$work/out")" \
    "$(gives 0 "$VIPLAB" run -vv --keep never pcap/s/good.yaml >&2; grep -c '^\[.* vrrp 20 ipv4  .* -> ' "$work/out") 1 0"
gives 3 "$VIPLAB" run --sim-limit 5s pcap/s/good.yaml
says 'it lasts 20.000, the limit is 5.000 (--sim-limit)' "$work/out"
gives 0 "$VIPLAB" run --sim-limit 20s --keep never pcap/s/good.yaml
gives 2 "$VIPLAB" run --sim-limit soon pcap/s/good.yaml
finish
