#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab report: its command line, its exit status, captures without a balancer. What it says of balancers is in
# tests/analyzers-report and, of a real one, in tests/live/balancer_report_test.sh.
. tests/cli/lib.sh
capture=$PWD/tests/captures/real-daemons/b-keepalived-ucarp-same-id-span.pcap
cd "$work"

gives 0 "$VIPLAB" report --help
says 'viplab report -r CAPTURE' out
silent err
gives 0 "$VIPLAB" report -r "$capture"
says '^no service is balanced as far as this capture shows$' out
says '^[0-9]* frames, ' err
gives 0 "$VIPLAB" report -q -f json -r "$capture"
says '"verdict": "clean"' out
silent err
gives 0 "$VIPLAB" report -q -f tsv -r "$capture"
same "a head and nothing under it" "$(wc -l <out | tr -d ' ')" 1
gives 0 "$VIPLAB" report -q -f md -r "$capture"
gives 0 sh -c "'$VIPLAB' report -q -r - <'$capture'"

gives 3 "$VIPLAB" report -r "$capture" --vip 192.0.2.1:80
says '192.0.2.1:80: no connection for it in this capture' err
gives 3 "$VIPLAB" report -r nothing.pcap
says '^viplab report: nothing.pcap: ' err
silent out
gives 3 "$VIPLAB" report -f json -r nothing.pcap
says '"verdict": "inconclusive"' out
head -c 24 "$capture" >empty.pcap
gives 3 "$VIPLAB" report -r empty.pcap
says 'the capture holds no frames' err
head -c 200 "$capture" >cut.pcap
gives 0 "$VIPLAB" report -f json -r cut.pcap
says '"complete": false' out
says 'the file ends inside a frame' err
echo nonsense >text.pcap
gives 3 "$VIPLAB" report -r text.pcap

wrong() { line=$1; shift; gives 2 "$VIPLAB" report "$@"; says "$line" err; silent out; }
wrong 'of what?.*-r CAPTURE'
gives 3 "$VIPLAB" report "$capture"
says 'a capture is named with -r' err
wrong 'a capture is named with -r' -r "$capture" "$capture"
wrong "one capture at a time" -r a -r b
wrong "\`xml' is not one of: table, json, tsv, md" -r a -f xml
wrong 'expected ADDR:PORT such as 192.0.2.10:443.*not `192.0.2.1' -r a --vip 192.0.2.1
wrong 'is no option' -r a --vips
wrong 'needs a value' -r
vips=$(i=0; while [ $i -lt 33 ]; do echo "--vip 10.0.0.$i:80"; i=$((i + 1)); done)
# shellcheck disable=SC2086  # many words
wrong 'more than 32' -r a $vips
finish
