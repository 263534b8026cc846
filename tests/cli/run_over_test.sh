#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab run: a script over many seeds. A lossy link gives every seed other numbers; their mean is judged.
. tests/cli/lib.sh

cat >"$work/over.yaml" <<'Y'
title: A third of the pings is lost
over: 40 seeds
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  server: {kind: host, on: lan, ip: 192.0.2.1}
  client: {kind: client, on: lan, ip: 192.0.2.50}
timeline:
  - {at: 1s, ping: 192.0.2.1, from: client, every: 100ms}
  - {at: 2s, loss: {server: 20%}}
expect:
  # a request is lost on the way there or back: 1 - 0.8 * 0.8
  - {records: ping.lost, of: client, count: mean 36 within 3 standard errors, between: [4s, 14s]}
  - {records: ping.lost, of: client, count: median 30 to 42, between: [4s, 14s]}
  - {records: ping.lost, of: client, count: at least 10, between: [4s, 14s]}
until: 20s
Y
cd "$work"

gives 0 "$VIPLAB" run -v --jobs 1 over.yaml
says '^PASS  .*over.yaml .* 40 seeds$' out
says '^      held    13: .*(mean 3[0-9.]*, median 3[0-9.]*, sd [0-9.]*, 40 seeds)$' out
statistics() { sed -n 's/^      held .*\((mean .*)\)$/\1/p' out; }
one=$(statistics); digest=$(sed -n 's/.*digest //p' out)
gives 0 "$VIPLAB" run -v --jobs 7 over.yaml
same "as many jobs as you like" "$(statistics)" "$one"
same "and the same digest" "$(sed -n 's/.*digest //p' out)" "$digest"

# over fewer seeds a mean is not judged, what each run must show is
gives 0 "$VIPLAB" run --seed 1 over.yaml
says '   2 open$' out
gives 0 "$VIPLAB" run --seeds 1..5 over.yaml
says ' 5 seeds   2 open$' out
gives 0 "$VIPLAB" run --seeds 101..150 over.yaml
says ' 50 seeds$' out

# a sample of its own seeds, which a mean is judged over; of more than it has it takes all
gives 0 "$VIPLAB" run -v --sample 10 over.yaml
says '(mean 3[0-9.]*, median 3[0-9.]*, sd [0-9.]*, 10 seeds)$' out
gives 0 "$VIPLAB" run --sample 1000 over.yaml
says ' 40 seeds$' out
sed 's/mean 36/mean 60/' over.yaml >wrong.yaml
gives 1 "$VIPLAB" run --sample 10 wrong.yaml
says '^FAIL  .* 10 seeds   1 statistic failed$' out
says '^  again   viplab run --sample 10 wrong.yaml$' out
gives 2 "$VIPLAB" run --sample 0 over.yaml
says 'how many seeds at most' err

# a mean that is wrong: one block, with the command that shows it again
sed 's/mean 36/mean 50/' over.yaml >wrong.yaml
gives 1 "$VIPLAB" run -o result.json wrong.yaml
says '^FAIL  .* 40 seeds   1 statistic failed$' out
says '^wrong.yaml:13: .*FAILED$' out
says '^  want    mean 50 within 3 standard errors$' out
says '^  again   viplab run wrong.yaml$' out
says '"statistics": \[' result.json
says '"verdict": "failed"' result.json
says '"standard_error": [1-9]' result.json

# what must hold in each run and does not
sed 's/at least 10/at least 90/' over.yaml >each.yaml
gives 1 "$VIPLAB" run --keep never each.yaml
says '^FAIL  .* 40 seeds   40 failed, first 1$' out

# words
bad_script() { sed "$1" over.yaml >bad.yaml; gives 2 "$VIPLAB" check bad.yaml; says "$2" err; }
bad_script '/^over/d' 'bad.yaml:1[0-9]:5: a mean or median is over seeds: say how many with `over: 200 seeds'
bad_script 's/40 seeds/40/' "bad.yaml:2:7: over: expected a number of seeds such as"
bad_script 's/40 seeds/1 seeds/' "bad.yaml:2:7: over: \`1 seeds' is not in 2-10000"
bad_script 's/within 3 standard errors/within three/' 'count: expected .*mean V within 3 standard errors'
bad_script 's/median 30 to 42/50/;s/records: ping.lost, of: client/balance: web/' 'needs a measure: jain, cv'
bad_script 's/records: ping.lost, of: client, count: mean 36 within 3 standard errors, between: \[4s, 14s\]/all_to: rs4, lasts: 5s/' 'needs .after. or .between.'
bad_script 's/records: ping.lost, of: client, count: mean 36 within 3 standard errors, between: \[4s, 14s\]/catch_up: rs4, after: 5s/' 'needs .lasts., .count. or .level.'
bad_script 's/records: ping.lost, of: client, count: mean 36 within 3 standard errors/all_to: rs4, count: mean 3 +- 1, level: mean 4 +- 1/' 'one .mean. or .median. in an expectation'
finish
