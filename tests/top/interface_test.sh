#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top on a wire: a veth pair in a namespace of its own, on which a capture of two services with one ID is played.
# What it shows is what the capture holds; it sends nothing; a wire that is not there is told in words.
. tests/cli/lib.sh
for c in python3 jq unshare ip; do
    command -v $c >/dev/null 2>&1 || { echo "no $c here"; exit 77; }
done
if [ -z "${INSIDE-}" ]; then
    unshare -Urn true 2>/dev/null || unshare -n true 2>/dev/null || { echo "no network namespace may be made here"; exit 77; }
    case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB ;; esac
    export VIPLAB INSIDE=yes
    if [ "$(id -u)" = 0 ]; then exec unshare -n sh "$0"; else exec unshare -Urn sh "$0"; fi
fi
capture=$SRCDIR/tests/captures/real-daemons/a-keepalived-frr-same-vrid-span.pcap
ip link add v0 type veth peer name v1 2>/dev/null || { echo "no veth pair may be made here"; exit 77; }
for v in v0 v1; do
    echo 1 >"/proc/sys/net/ipv6/conf/$v/disable_ipv6" 2>/dev/null || :
    ip link set $v up
done
player=
end() { [ -z "$player" ] || kill "$player" 2>/dev/null; wait; rm -rf "$work"; }
trap end EXIT
play() { python3 "$SRCDIR/tests/scan/replay.py" v1 "$capture" 20 & player=$!; }
stop() { kill "$player" 2>/dev/null; wait "$player" 2>/dev/null; player=; }
heard_by() { ip -s -j link show "$1" | jq '.[0].stats64.rx.packets'; }

# the screen and the document of the first seconds
before=$(heard_by v1)
play
gives 1 timeout 60 "$VIPLAB" top --once -d 8s --view ids if:v0
says 'v0  VRRP, CARP, HSRP heard on the wire' "$work/out"
says 'vrid-collision\|COLLISION\|collision' "$work/out"
stop
same "frames that top sent" "$(heard_by v1)" "$before"
play
gives 1 timeout 60 "$VIPLAB" top --once -d 8s -f json if:v0
cp "$work/out" "$work/doc"
same "schema" "$(jq -r .schema "$work/out")" viplab.top/1
same "source" "$(jq -r .source "$work/out")" if:v0
same "the collision is found" "$(jq '[.findings[].code] | index("vrid-collision") != null' "$work/out")" true
same "its routers are heard" "$(jq '[.routers[].id] | index(1) != null' "$work/out")" true
stop

# a session that gave up every privilege still exports and keeps its settings: another process writes for it
if command -v tmux >/dev/null 2>&1; then
    T="tmux -S $work/socket -f /dev/null"
    mkdir "$work/here"
    play
    (cd "$work/here" && $T new-session -d -x 80 -y 24 "env TERM=screen LC_ALL=C XDG_CONFIG_HOME=$work/here sh -c '$VIPLAB top --view ids if:v0; echo status \$?; sleep 60'")
    on_screen() { n=0; until $T capture-pane -p | grep -q -e "$1"; do n=$((n + 1)); [ $n -lt 200 ] || { bad "not on the screen: $1"; $T capture-pane -p; return; }; sleep 0.1; done; ok; }
    on_screen 'X CONFLICT'
    $T send-keys e; on_screen 'written: viplab-ha-'
    $T send-keys e; sleep 0.3; $T send-keys W; on_screen 'settings written'
    $T send-keys q; on_screen 'status 0'
    same "what it wrote" "$(cd "$work/here" && ls | sed 's/-[0-9-]*\.[0-9]*\././' | sort -u | tr '\n' ' ')" "viplab viplab-ha.html viplab-ha.json viplab-ha.svg viplab-ha.txt "
    same "the exported document" "$(jq -r .schema "$work"/here/viplab-ha-*.json | sort -u)" viplab.top/1
    same "the settings" "$(grep '^view' "$work/here/viplab/viplab.conf")" "view = ids"
    sleep 0.5
    same "no writer is left" "$(for p in $(pgrep -x viplab); do readlink "/proc/$p/cwd"; done 2>/dev/null | grep -c "^$work/here$")" 0
    $T kill-server 2>/dev/null
    stop
fi

# nothing on the wire: it cannot know
gives 3 timeout 60 "$VIPLAB" top --once -d 1s -f json if:v0
same "verdict of silence" "$(jq -r .verdict "$work/out")" unknown

# a wire that is not there
gives 3 timeout 60 "$VIPLAB" top --once if:v7
says 'v7' "$work/err"
[ $failed = 0 ] || jq -c '[.verdict, .routers[0], .findings[0]]' "$work/doc" 2>/dev/null
finish
