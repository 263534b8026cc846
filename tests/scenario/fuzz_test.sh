#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab fuzz: 200 seeds over routers that should get along; a planted flaw is found and made small, and the small
# file fails the same way by itself.
. tests/cli/lib.sh
bases=$SRCDIR/tests/scenario/fuzz
cd "$work"

from=1
for base in three-v3:34 mixed-v3:34 two-v2:33 two-ipv6:33 loadmaster-pair:33 two-rooms:33; do
    count=${base#*:} to=$((from + ${base#*:} - 1))
    gives 0 "$VIPLAB" fuzz "$bases/${base%:*}.yaml" --seeds "$from..$to" -q
    says "^$count seeds: $count passed, 0 failed .* seeds $from\.\.$to   digest [0-9a-f]*$" out
    from=$((to + 1))
done
if [ -e viplab-out ]; then bad "evidence without a failure"; else ok; fi

# what earlier runs found
gives 0 "$VIPLAB" run --keep never "$SRCDIR/tests/scenario/regressions"

# the same digest and the same small file, however many run at a time
gives 1 "$VIPLAB" fuzz "$bases/physical-macs.yaml" --seeds 1..20 --jobs 1 --out one -q
digest_of_one=$(sed -n 's/.*digest //p' out)
gives 1 "$VIPLAB" fuzz "$bases/physical-macs.yaml" --seeds 1..20 --jobs 3 --out three -q
same "digest for any --jobs" "$(sed -n 's/.*digest //p' out)" "$digest_of_one"
says 'physical-macs.yaml: expect ping       FAILED' out
small=$(cd three && ls ./*.yaml)
same "the same small file" "$(cat "three/$small")" "$(cat "one/$small")"

# small: the pair, one client, its ping and one fault with its end; nothing of the other pair
same "nodes" "$(grep -c '^  [a-z0-9]*: {kind:' "three/$small")" 3
same "steps" "$(grep -c '^  - {at:' "three/$small")" 3
if grep -q 'vrid: 20\|back:' "three/$small"; then bad "the other pair is still there"; cat "three/$small"; else ok; fi
for f in run.pcapng journal.jsonl report.txt repro.txt report.html; do
    if [ -s "three/${small%.yaml}/$f" ]; then ok; else bad "no $f"; fi
done

# a scenario like any other: in the form of `viplab explain', and it fails the same way
"$VIPLAB" explain "three/$small" >printed
same "its own canonical form" "$(grep -v '^#' "three/$small")" "$(cat printed)"
command=$(sed -n 's/^  again   viplab //p' out)
# shellcheck disable=SC2086  # the words of the command
gives 1 "$VIPLAB" $command
says 'ping: [a-z]*, to: 192.0.2.10, loss: 0%.*FAILED' out

# what is wrong with the command line or the base
gives 2 "$VIPLAB" fuzz "$bases/two-v2.yaml"
says 'no seeds given' err
gives 2 "$VIPLAB" fuzz --seeds 1..2 --repeat 2 "$bases/two-v2.yaml"
gives 2 "$VIPLAB" fuzz --seeds 1..2 "$bases"
says 'not one' err
gives 2 "$VIPLAB" fuzz --seeds 1..2 nothing.yaml
printf 'title: t\nsegments: {lan: {net: 192.0.2.0/24}}\nnodes: {c: {kind: client, on: lan, ip: 192.0.2.50}}\nuntil: 9s\n' >none.yaml
gives 2 "$VIPLAB" fuzz --seeds 1..2 none.yaml
says 'no virtual router in it' err
gives 0 "$VIPLAB" fuzz --help
says 'usage: viplab fuzz' out
finish
