#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Frames of a wire as a plain reader of it has them, which is wrong, and that `viplab live' is right all the same.
#   a VLAN tag      the kernel takes it off before anybody sees the frame: the bytes say that there is none. Our router in
#                   VLAN 10 hears what is for it, answers with the tag, and is deaf to the same frame without or with another
#   our own frames  a plain reader hears everything that it sends. Our router hears none of it, nor does its capture
#                   have it twice
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"
. "$SRCDIR/tests/live/us.sh"

stage_ask python3 jq tcpdump
work=$(mktemp -d) dir=$work play=$STAGE
trap 'stage_close; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM HUP
stage_open
for name in us peer; do ip netns add "$play$name"; settle $name; done
ip link add name eth0 netns "${play}us" type veth peer name eth0 netns "${play}peer"
for name in us peer; do ip -n "$play$name" link set eth0 up; done
raw() { host=$1; shift; on "$host" python3 "$SRCDIR/tests/live/raw_frames.py" "$@"; }

script rfc "vlan: 10, vrrp: [{vrid: 10, version: 3, priority: 100, vip: 192.0.2.1}]"
ip netns exec "${play}us" python3 "$SRCDIR/tests/live/raw_frames.py" hear eth0 120 >"$work/heard" &
hearer=$!
live_us --force -w "$work/us.pcapng"
wait_for '"to":"active"' "$work/us.jsonl"
sleep 1.2       # it has announced itself

# ---- tags
same "the answer to a request in VLAN 10" "$(raw peer ask eth0 10 192.0.2.1)" "10 00:00:5e:00:01:0a"
same "in VLAN 20" "$(raw peer ask eth0 20 192.0.2.1)" ""
same "without a tag" "$(raw peer ask eth0 0 192.0.2.1)" ""
raw peer advert eth0 0 200; raw peer advert eth0 20 200; sleep 0.5
lacks "Active in spite of a higher priority elsewhere" '"to":"backup".*higher' "$work/us.jsonl"
raw peer advert eth0 10 200; sleep 0.5
has "Backup of a higher priority in its VLAN" '"to":"backup","why":"higher priority advert"' "$work/us.jsonl"
sleep 4.5
kill -TERM "$us"; wait "$us"; same "exit status" "$?" 0
kill "$hearer"; wait "$hearer" 2>/dev/null
# the failure: requests and advertisements of the VLANs, without their tag
in_vlan() { grep -c "^in $1 $2 02:00:00:00:00:99" "$work/heard"; }
same "requests of VLAN 10 as a plain reader has them: tag in the bytes" "$(in_vlan 8100 10)" 0
same "the same: tag beside the frame" "$(in_vlan 0806 10)" 1
same "advertisements of VLAN 10: tag beside the frame" "$(in_vlan 0800 10)" 1
same "what has no tag" "$(in_vlan 0806 -) $(in_vlan 0800 -)" "1 1"
same "the capture has the tag" "$(tcpdump -nn -e -r "$work/us.pcapng" 'ether src 02:00:00:00:00:99' 2>/dev/null |
    sed -n 's/.*vlan \([0-9]*\),.*/\1/p' | sort | uniq -c | tr -s ' \n' ' ')" " 2 10 2 20 "

# ---- our own
spoke=$(grep -c '^out .* 00:00:5e:00:01:0a' "$work/heard")
if [ "$spoke" -ge 3 ]; then ok; echo "    a plain reader hears $spoke of our own frames"; else bad "no echo: $spoke"; fi
same "heard by our router: those of the peer" "$(sed -n 's/.* eth0: \([0-9]*\) heard.*/\1/p' "$work/us.out")" 6
same "in the capture once" "$(tcpdump -nn -e -r "$work/us.pcapng" 'ether src 00:00:5e:00:01:0a' 2>/dev/null | wc -l)" "$spoke"
lacks "nobody else has our address or ID" 'also uses\|vrid-collision\|duplicate' "$work/us.jsonl"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
