#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Two real keepalived routers with one ID and different addresses behind a bridge, heard from an ordinary port: the
# scanner names the collision, and with --probe also a router that advertises no more. All in namespaces of its own.
set -u
export LC_ALL=C
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; jq -c '[.verdict, .capture, [.conflicts[] | [.code, .severity, .detail]]]' out; cat err; }
json() { if jq -e "$1" out >/dev/null 2>&1; then ok; else bad "not: $1"; fi; }

if [ "${1:-}" != --inside ]; then
    for tool in ip jq unshare keepalived nsenter; do
        command -v $tool >/dev/null 2>&1 || { echo "$tool is not installed"; exit 77; }
    done
    case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB; export VIPLAB ;; esac
    self=$SRCDIR/tests/scan/live_keepalived_test.sh
    for way in '-nmp' '-Urnmp'; do
        # A process namespace ends everything in it with its first process.
        if unshare $way --fork --kill-child true 2>/dev/null; then exec unshare $way --fork --kill-child --mount-proc sh "$self" --inside; fi
    done
    echo 'neither root nor user namespaces here'
    exit 77
fi

work=$(mktemp -d) && cd "$work" || exit 1
trap 'rm -rf "$work"' EXIT
skip() { echo "$1"; exit 77; }
mount -t tmpfs none /run && mkdir -p /run/netns || skip 'no file system of its own can be mounted here'
{ echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; } 2>/dev/null
ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 || skip 'no bridge can be made here'
ip link add s0 type veth peer name port0
for port in port0 br0 s0; do ip link set $port up; done
ip link set port0 master br0

router() {      # router NAME NUMBER PRIORITY VIP
    ip netns add "$1" || skip 'no namespace can be made here'
    ip link add "port$2" type veth peer name eth0 netns "$1"
    ip link set "port$2" master br0 up
    ip -n "$1" addr add "10.0.0.$2/24" dev eth0
    ip -n "$1" link set eth0 up
    cat >"$1.conf" <<END
global_defs {
    script_user root
}
vrrp_instance one {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority $3
    advert_int 1
    virtual_ipaddress {
        $4/24
    }
}
END
    ip netns exec "$1" keepalived -n -l -P -f "$PWD/$1.conf" -p "$PWD/$1.pid" -r "$PWD/$1.vrrp.pid" >"$1.log" 2>&1 &
}

router ra 1 150 10.0.0.100
router rb 2 100 10.0.0.101
timeout 30 "$VIPLAB" scan -i s0 -t 13s --probe -f json >out 2>err </dev/null
status=$?
[ -s ra.pid ] && [ -s rb.pid ] || skip "keepalived does not run here: $(tail -1 ra.log)"
if [ $status -eq 1 ]; then ok; else bad "status $status"; fi
# Of two keepalived with one interval one advertises once and is mute from then on: only its answers betray it.
json '[.conflicts[] | select(.code == "vrid-collision" or .code == "advert-starvation") | .id] | unique == [51]'
json '.ids | length == 1 and .[0].id == 51 and .[0].senders[0].version == 2'
json '[.ids[0].senders[].ip] | sort == ["10.0.0.1", "10.0.0.2"]'
json '.capture.probes_sent > 0'

# Healthy: one of them gone, nothing but what is said of the factory's ID.
kill "$(cat rb.pid)"
sleep 1
timeout 30 "$VIPLAB" scan -i s0 -t 4s --probe -f json >out 2>err </dev/null
status=$?
if [ $status -eq 0 ]; then ok; else bad "status $status with one router"; fi
json '[.ids[0].senders[] | [.ip, .priority, .vips]] == [["10.0.0.1", 150, ["10.0.0.100"]]]'
kill "$(cat ra.pid)" 2>/dev/null
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
