#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line of `viplab scan`, option by option: what it refuses and why, to the letter; what its values mean.
. tests/cli/lib.sh
real=$SRCDIR/tests/captures/real-daemons
a=$real/a-keepalived-frr-same-vrid-span.pcap
healthy=$real/healthy-v3-vmac-span.pcap
cd "$work"

# refuses MESSAGE ARGUMENT...: exit status 2, nothing on stdout, the message is the first line on stderr
refuses() {
    message=$1
    shift
    gives 2 "$VIPLAB" scan "$@"
    silent out
    same "scan $*" "$(head -n 1 err)" "viplab scan: $message"
}

refuses 'one capture at a time' -r "$a" -r "$a"
refuses "format \`xml' is not one of table, json, jsonl, tsv, openmetrics, check" -f xml -r "$a"
refuses '--output: the name must end in .json, .jsonl, .tsv, .om or .txt' -o report -r "$a"
refuses '--output: the name must end in .json, .jsonl, .tsv, .om or .txt' -o report.xml -r "$a"
many=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do many="$many -o $i.txt"; done
# shellcheck disable=SC2086  # the words of the command
gives 2 "$VIPLAB" scan $many -r "$a"
says '^viplab scan: more than [0-9]* output files$' err
if ls ./*.txt >/dev/null 2>&1; then bad "files of a command line that was refused"; else ok; fi

for wrong in 0 256 5-3 1, 1-300 a 1-a 1:2 ''; do
    refuses "--want: \`$wrong' is not a list of IDs from 1 to 255 such as 51,147-158" --want "$wrong" -r "$a"
done
for wrong in 0 256 1x; do
    refuses "--free: \`$wrong' is not a number from 1 to 255" "--free=$wrong" -r "$a"
done
for wrong in 4095 -1 1x x ''; do
    refuses "--vlan: \`$wrong' is not \`all', 0 (untagged) or a number to 4094" "--vlan=$wrong" -r "$a"
done
for wrong in 0 0s 10parsec 1d2 x; do
    refuses "--time: \`$wrong' is not a length of time such as 10s, 2m or 1h30m" --time "$wrong" -r "$a"
done
for wrong in 0 x 1x 1000000000; do
    refuses "--count: \`$wrong' is not a number from 1" --count "$wrong" -r "$a"
done
for option in --only --ignore; do
    refuses "$option: no finding is called \`vrid-colision'; did you mean \`vrid-collision'?" $option vrid-colision -r "$a"
    refuses "$option: the ID behind \`flapping:' is not from 1 to 65535" $option flapping:0 -r "$a"
    refuses "$option: the ID behind \`flapping:' is not from 1 to 65535" $option vrid-collision:7,flapping:65536 -r "$a"
    refuses "$option: \`flapping:1:2' is not a list of CODE or CODE:ID" $option flapping:1:2 -r "$a"
    refuses "$option: no finding is called \`'" $option flapping, -r "$a"
    refuses "$option: too much" $option aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa -r "$a"
done
rules=flapping
for i in 1 2 3 4 5 6 7; do rules=$rules,$rules; done
refuses '--ignore: too much' --ignore "$rules" -r "$a"
refuses '--read wants FILE' -r
refuses '--count wants N' --count
refuses '--strict takes no value' --strict=yes -r "$a"
refuses "unknown option \`-qz'" -qz -r "$a"
refuses "unknown option \`--nonsense'" --nonsense -r "$a"
refuses "unknown option \`--bell?'" "--bell$(printf '\a')" -r "$a"
word=$(awk 'BEGIN { for (i = 0; i < 300; i++) printf "not arp and " }')
# shellcheck disable=SC2086  # the words of a filter
refuses 'the filter is too long' -r "$a" $word $word $word $word

# -- the environment: refused with its name; a line's own option comes before it
gives 2 env VIPLAB_SCAN_WANT=0 "$VIPLAB" scan -r "$a"
same "the variable" "$(sed -n 2p err)" 'viplab scan: that is from the environment: VIPLAB_SCAN_WANT'
gives 0 env VIPLAB_SCAN_WANT=0 "$VIPLAB" scan --want 2 -r "$a"
gives 1 env VIPLAB_SCAN_FREE=all "$VIPLAB" scan -r "$a"
same "all that are free" "$(wc -l <out | tr -d ' ')" 254
gives 1 env VIPLAB_SCAN_FREE=2 "$VIPLAB" scan -r "$a"
same "two that are free" "$(wc -l <out | tr -d ' ')" 2
gives 1 env VIPLAB_SCAN_FORMAT= "$VIPLAB" scan -r "$a"
says '^PROTO' out

# -- values and their meaning
gives 1 "$VIPLAB" scan --vlan all -r "$a"
says '^CONFLICT vrid-collision  ID 1' out
gives 1 "$VIPLAB" scan -qvr "$a"
says '^PROTO' out
gives 1 "$VIPLAB" scan --format=tsv "-r$a"
says '^proto	' out
gives 1 "$VIPLAB" scan -n --plain --color never -r "$a"
gives 0 "$VIPLAB" scan -r "$healthy" --ignore default-id -- host 10.0.0.1
# what an ID is free of, in a document
gives 1 "$VIPLAB" scan -f json --want 1-3 -r "$a"
if python3 -c '' 2>/dev/null; then
    same "wanted" "$(python3 -c '
import json, sys
print([(w["id"], w["free"]) for w in json.load(sys.stdin)["want"]])' <out)" '[(1, False), (2, True), (3, True)]'
fi
# the first second and the rest of it: a bare number is seconds
gives 1 "$VIPLAB" scan -f json -t 1 -r "$a"
cp out one.json
gives 1 "$VIPLAB" scan -f json -t 1s -r "$a"
same "1 is 1s" "$(cmp one.json out && echo same)" same
finish
