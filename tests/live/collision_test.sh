#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One ID used twice, by real daemons and by the same kinds in virtual time: the same routers are Active at the moments
# asked, the same ones are heard and muted, the role flaps in the same rhythm, and a scan of both captures finds the
# same.
#
# Bounds, live against virtual:
#   advertisements      2 of some 20 in the window; 5 where two timers race for each second
#   flapping            the shortest silence of the Active that makes r2 take over within 50 ms, the longest, which a
#                       busy machine stretches, within 300 ms. So each cycle from takeover to takeover (200 ms, 300 ms)
#                       where the pair's interval is the longer one. Where it is equal, the
#                       shortest from 3.5 to 7.7 s: the muted router's timer, 1 s after the stranger's last message,
#                       races against the next one; in virtual time it never wins, on a real host now and then
set -u
. "$SRCDIR/tests/live/stage.sh"
. "$SRCDIR/tests/live/compare.sh"

heard() {       # heard WHAT FROM TO BOUND ADDRESS...
    what=$1 first=$2 last=$3 bound=$4; shift 4
    count "$what, $first-$last s" "$(voices "$dir/live.pcap" "$begin" "$first" "$last" "$@")" \
        "$(voices "$dir/virtual.pcap" 0 "$first" "$last" "$@")" "$bound"
}

cycles() {      # cycles PCAP BEGIN: seconds from each takeover of r2 to the next
    becomes "$1" "$2" 192.0.2.3 | awk 'NR > 1 { printf "%.4f\n", $1 - last } { last = $1 }'
}

silences() {    # silences PCAP BEGIN: seconds from the last word of r1 to each takeover of r2
    handovers "$1" "$2" "$dir/plan" | awk '$1 == "silent" && $3 == "r2" { print $4 }' | sort -n
}

rhythm() {      # rhythm equal|slower: the pair's interval beside the stranger's
    cycles "$dir/live.pcap" "$begin" | sort -n >"$dir/live"
    cycles "$dir/virtual.pcap" 0 | sort -n >"$dir/expected"
    silences "$dir/live.pcap" "$begin" >"$dir/silent"
    silence=$(silences "$dir/virtual.pcap" 0 | head -n 1)
    echo "    cycles, live: $(tr '\n' ' ' <"$dir/live")s"
    if [ "$(wc -l <"$dir/live")" -ge 2 ]; then ok; else bad "fewer than three takeovers"; fi
    row "shortest silence" "$(head -n 1 "$dir/silent")" "$silence" 0.05
    row "longest silence" "$(tail -n 1 "$dir/silent")" "$silence" 0.3
    if [ "$1" = slower ]; then
        row "shortest cycle" "$(head -n 1 "$dir/live")" "$(head -n 1 "$dir/expected")" 0.2
        row "longest cycle" "$(tail -n 1 "$dir/live")" "$(tail -n 1 "$dir/expected")" 0.3
    elif head -n 1 "$dir/live" | awk '$1 < 3.5 || $1 > 7.7 { exit 1 }'; then ok
    else bad "the shortest cycle is not from 3.5 to 7.7 s"; fi
}

# Two that mute each other: on a real host they may take turns, and then neither is silent for long.
without() {
    case $1 in
    collision-two-services) sed 's/advert-starvation //' ;;
    *) cat ;;
    esac
}

judge() {
    begin=$(cat "$2/begin") dir=$2
    case $1 in
    collision-frr-yields)
        heard "adverts of keepalived" 5 20 2 192.0.2.2
        heard "adverts of FRR" 0 20 0 192.0.2.3 ;;
    collision-frr-wins)
        heard "adverts of keepalived, muted" 5 20 1 192.0.2.2
        heard "adverts of FRR" 5 20 2 192.0.2.3 ;;
    collision-two-services)
        heard "adverts of both together" 5 24 5 192.0.2.2 192.0.2.3 ;;
    collision-carp)
        rhythm equal ;;
    collision-carp-slower)
        rhythm slower ;;
    collision-carp-avoided)
        heard "adverts of r1" 12 29 2 192.0.2.2
        heard "adverts of r2" 5 29 0 192.0.2.3 ;;
    esac
}

stage_ask
play_all collision-carp collision-carp-slower collision-carp-avoided \
    collision-two-services collision-frr-wins collision-frr-yields
