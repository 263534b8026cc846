#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab run: seeds and repetition. A lossy link lets chance in: some seeds fail.
. tests/cli/lib.sh

crash 3s | sed 's/- {at: 10s, crash: r1}/- {at: 4s, loss: {r2: 30%}}/; /takeover/d
    s/- {never: dual-active, id: 20}/- {state: backup, of: r2, after: 5s}/; s/until: 20s/until: 60s/
    s/^segments:/suspends: heard-conflicts\nsegments:/' >"$work/lossy.yaml"
cd "$work"

gives 1 "$VIPLAB" run --seeds 1..20 lossy.yaml
says '^FAIL  .*lossy.yaml .* 20 seeds   [0-9]* failed, first [0-9]*$' out
says '   seeds 1..20   digest ' out
first=$(sed -n 's/.* failed, first \([0-9]*\)$/\1/p' out)
same "one folder, of the first failing seed" "$(ls viplab-out)" "lossy.seed-$first"
says "again   viplab run --seed $first " out
again=$(sed -n 's/^  again   viplab //p' out | head -n 1)
sed -n '/^  at /,/^  want/p' out | head -n 3 >one
# shellcheck disable=SC2086  # the words of the command
gives 1 "$VIPLAB" $again
sed -n '/^  at /,/^  want/p' out | head -n 3 >two
same "that seed again shows the same" "$(cat two)" "$(cat one)"

# no seed before the first one fails, the script's own seed is 1
if [ "$first" -gt 1 ]; then
    gives 0 "$VIPLAB" run --seeds "1..$((first - 1))" lossy.yaml
else
    ok
fi
digest() { sed -n 's/.*digest //p' out; }
"$VIPLAB" run --seed 1 --keep never lossy.yaml >out || :; one=$(digest)
"$VIPLAB" run --keep never lossy.yaml >out || :; same "seed 1 is the default" "$(digest)" "$one"
"$VIPLAB" run --seed 0x1 --keep never lossy.yaml >out || :; same "also in hexadecimal" "$(digest)" "$one"
"$VIPLAB" run --seed 2 --keep never lossy.yaml >out || :
if [ "$(digest)" != "$one" ]; then ok; else bad "another seed, the same digest"; fi

crash 3s >good.yaml
gives 0 "$VIPLAB" run --repeat 3 good.yaml
"$VIPLAB" run good.yaml >out; one=$(digest)
"$VIPLAB" run --repeat 2 good.yaml >out; same "repetition has the same digest" "$(digest)" "$one"
finish
