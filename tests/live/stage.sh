# SPDX-License-Identifier: BSD-2-Clause
# The stage of the live tests, to be sourced. It plays a scenario script with real daemons in network namespaces
# of its own, so that the same script can be compared with its run in virtual time.
#
#   stage_ask [TOOL...]         exit 77 with the reason where no stage can be set, or one of these is not here
#   stage_open [SECONDS]        from here on nothing outlives the test, nor these: 300
#   stage_plan SCRIPT           what is to be done, one action a line, sorted by time
#   stage_play PLAN NAME DIR    plays it: leaves DIR/live.pcap (every frame on the bridge), DIR/begin (epoch
#                               of its time 0) and DIR/asked ("from to wanted: found", who is Active)
#   stage_lacks PLAN            the daemons that it needs and that are not here; empty: all here
#
# A host is a namespace with eth0 on a bridge in one more namespace: no spanning tree, no multicast snooping,
# no IPv6. Names carry the process number of the test. Actions of a script: stop is SIGTERM; crash is SIGKILL
# of every process of the host and then its link cut; start starts the daemon (after a stop).
# Who is Active is asked from the hosts, not from the wire: keepalived and ucarp then have the address, FRR's
# macvlan is not held down (protodown); a host whose daemon is gone is not asked.

STAGE=viplab$$-
# Daemons on a stage keep their times also where the machine is busy with other tests.
URGENT=
if [ -z "$(nice -n -15 true 2>&1)" ]; then URGENT='nice -n -15'; fi
FRR_FOLDER=
for folder in /usr/lib/frr /usr/libexec/frr /usr/lib64/frr; do
    [ ! -x "$folder/vrrpd" ] || { FRR_FOLDER=$folder; break; }
done

stage_ask() {
    [ "$(id -u)" -eq 0 ] || { echo "needs root: network namespaces, raw sockets"; exit 77; }
    for tool in ip tcpdump setsid "$@"; do
        command -v $tool >/dev/null 2>&1 || { echo "$tool is not here"; exit 77; }
    done
    if ! why=$(ip netns add "${STAGE}ask" 2>&1 &&
               ip -n "${STAGE}ask" link add br0 type bridge mcast_snooping 0 2>&1 &&
               ip -n "${STAGE}ask" link add port type veth peer name eth0 2>&1); then
        ip netns del "${STAGE}ask" 2>/dev/null
        echo "no network namespaces, bridges or veth pairs here: $(echo "$why" | head -n 1)"
        exit 77
    fi
    ip netns del "${STAGE}ask"
}

stage_open() {
    setsid sh "$SRCDIR/tests/live/guard.sh" "$STAGE" $$ "${1:-300}" >/dev/null 2>&1 </dev/null &
}

stage_close() { sh "$SRCDIR/tests/live/guard.sh" "$STAGE"; }

# ---- the plan
# From the script with everything filled in, where a node, a step and an expectation are one line each:
#   TIME node NAME KIND ADDRESS MAC ID VERSION PRIORITY INTERVAL VIP OPTIONS
#   TIME start|stop|crash NAME
#   TIME ask FROM TO ID NAME,NAME       TIME is the middle between FROM and TO
#   TIME end
stage_plan() {
    "$VIPLAB" explain "$1" | awk '
    function field(name, otherwise,    text) {
        if (!match($0, "[{ ]" name ": [^],}]+")) return otherwise
        text = substr($0, RSTART, RLENGTH)
        sub(/^[^:]*: \[?/, "", text)
        return text
    }
    function seconds(text) {
        if (text ~ /ms$/) return text / 1000
        if (text ~ /^[0-9.]+s$/) return text + 0
        print "stage: cannot read the time " text > "/dev/stderr"; exit 1
    }
    /^ *#/ { next }
    /^[a-z]+:/ { section = $1 }
    section == "nodes:" && /^  [^ ]/ {
        name = $1; sub(":", "", name)
        options = ""
        if (field("use_vmac") == "true") options = options "use_vmac,"
        if (field("lower_prio_no_advert") == "true") options = options "lower_prio_no_advert,"
        if (field("password") != "") options = options field("password")
        print -1, "node", name, field("kind"), field("ip"), field("mac"), field("vrid", field("vhid")),
              field("version", field("kind") == "frr" ? 3 : 2), field("priority", 100),
              seconds(field("interval", "1s")), field("vip"), options == "" ? "-" : options
        print seconds(field("start")), "start", name
    }
    section == "timeline:" && /at:/ {
        for (i = split("stop start crash", action, " "); i >= 1; i--)
            if (field(action[i]) != "") print seconds(field("at")), action[i], field(action[i])
    }
    section == "expect:" && match($0, /actives: \[[^]]*\]/) {
        names = substr($0, RSTART + 10, RLENGTH - 11); gsub(" ", "", names)
        match($0, /between: \[[^]]*\]/)
        split(substr($0, RSTART + 10, RLENGTH - 11), moment, ", ")
        from = seconds(moment[1]); to = seconds(moment[2])
        print (from + to) / 2, "ask", from, to, field("id"), names
    }
    section == "until:" { print seconds($2), "end" }' | sort -s -n -k 1,1
}

stage_lacks() {
    cut -d ' ' -f 2,4 "$1" | sed -n 's/^node //p' | sort -u | while read -r kind; do
        case $kind in
        keepalived-2.2)
            version=$(keepalived --version 2>&1 | sed -n 's/^Keepalived v\([0-9.]*\).*/\1/p')
            case $version in 2.[012].*) ;; '') echo keepalived ;; *) echo "keepalived 2.2 ($version is here)" ;; esac ;;
        frr)    [ -n "$FRR_FOLDER" ] || echo "FRR vrrpd" ;;
        ucarp)  command -v ucarp >/dev/null 2>&1 || echo ucarp ;;
        *)      echo "a daemon of kind $kind" ;;
        esac
    done
}

# ---- hosts; $play begins the names of its namespaces, $dir is its folder
on() { host=$1; shift; ip netns exec "$play$host" "$@"; }    # not for &: $! must be the daemon

settle() {      # a namespace without IPv6, with lo
    on "$1" sh -c 'for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done 2>/dev/null
                   echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null; ip link set lo up'
}

with_ip6() {    # addresses are there at once: nobody asks whether they are taken
    on "$1" sh -c 'for f in all default eth0; do echo 0 >/proc/sys/net/ipv6/conf/$f/accept_dad
                   echo 0 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done'
}

build_switch() {
    ip netns add "${play}switch" && settle switch
    ip -n "${play}switch" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "${play}switch" link set br0 up
    $URGENT ip netns exec "${play}switch" tcpdump -Z root -i br0 -nn -s 256 -U -w "$dir/live.pcap" 2>"$dir/tcpdump.log" &
    for try in 1 2 3 4 5 6 7 8 9 10; do
        if grep -q 'listening on' "$dir/tcpdump.log" 2>/dev/null; then return 0; fi
        sleep 0.3
    done
    echo "stage: tcpdump does not start: $(cat "$dir/tcpdump.log")"
    return 1
}

build_lan() {   # build_lan HOST...: each with eth0 on one bridge, without an address
    ip netns add "${play}switch" && settle switch
    ip -n "${play}switch" link add lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "${play}switch" link set lan up
    for host in "$@"; do
        ip netns add "$play$host"
        ip -n "$play$host" link set lo up
        ip -n "${play}switch" link add "$host-0" type veth peer name eth0 netns "$play$host"
        ip -n "${play}switch" link set "$host-0" master lan up
        ip -n "$play$host" link set eth0 up
    done
}

build_host() {  # build_host NAME KIND ADDRESS MAC ID VERSION PRIORITY INTERVAL VIP OPTIONS
    echo "$*" >"$dir/$1.node"
    ip netns add "$play$1" && settle "$1"
    ip link add name "$1" netns "${play}switch" type veth peer name eth0 netns "$play$1"
    ip -n "${play}switch" link set dev "$1" master br0 up
    ip -n "$play$1" link set eth0 address "$4"
    case $3 in
    *:*)    with_ip6 "$1"; ip -n "$play$1" link set eth0 up ;;      # its link-local address is the kernel's, of the MAC
    *)      ip -n "$play$1" link set eth0 up; ip -n "$play$1" addr add "$3/24" dev eth0 ;;
    esac
    case $2 in
    keepalived-*)   configure_keepalived "$@" ;;
    frr)            configure_frr "$@" ;;
    ucarp)          configure_ucarp "$@" ;;
    esac
}

cpu_of() {      # cpu_of PID: CPU seconds of a process and its children that live
    for p in "$1" $(pgrep -P "$1" 2>/dev/null); do cat "/proc/$p/stat" 2>/dev/null; done |
        awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); t += $12 + $13 } END { print t / hz }'
}

width() { case $1 in *:*) echo 64 ;; *) echo 24 ;; esac; }      # of an address's network

configure_keepalived() {
    {
        echo "global_defs { script_user root
            vrrp_version $6 }"
        echo "vrrp_instance VI {
            interface eth0
            state BACKUP
            virtual_router_id $5
            priority $7
            advert_int $8"
        case ${10} in *use_vmac,*) echo "use_vmac" ;; esac
        case ${10} in *lower_prio_no_advert,*) echo "lower_prio_no_advert" ;; esac
        echo "virtual_ipaddress {"
        for vip in $(echo "$9" | tr , ' '); do echo "$vip/$(width "$vip")"; done
        echo "}
        }"
    } >"$dir/$1.conf"
}

configure_frr() {
    family=1 word=ip
    ip -n "$play$1" link add vrrp link eth0 type macvlan mode bridge
    case $3 in *:*)     # it speaks from the macvlan's link-local address, which is the virtual one
        family=2 word=ipv6
        # a Backup's macvlan is down, and keeps its addresses only when told to
        on "$1" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/vrrp/accept_dad; echo 0 >/proc/sys/net/ipv6/conf/vrrp/disable_ipv6
                       echo 1 >/proc/sys/net/ipv6/conf/all/keep_addr_on_down; echo 1 >/proc/sys/net/ipv6/conf/vrrp/keep_addr_on_down'
        ip -n "$play$1" link set eth0 addrgenmode none
        ip -n "$play$1" addr flush dev eth0
        ip -n "$play$1" addr add "fe80::e/64" dev eth0
        ip -n "$play$1" link set vrrp addrgenmode none ;;
    esac
    ip -n "$play$1" link set vrrp address "$(printf '00:00:5e:00:%02x:%02x' $family "$5")"
    for vip in $(echo "$9" | tr , ' '); do ip -n "$play$1" addr add "$vip/$(width "$vip")" dev vrrp; done
    ip -n "$play$1" link set vrrp up
    run=/var/run/frr/$play$1
    mkdir -p "$run"
    {
        echo "log file $run/vrrpd.log"
        echo "interface eth0"
        echo " vrrp $5 version $6"
        echo " vrrp $5 priority $7"
        echo " vrrp $5 advertisement-interval $(awk -v s="$8" 'BEGIN { print s * 1000 }')"
        for vip in $(echo "$9" | tr , ' '); do echo " vrrp $5 $word $vip"; done
    } >"$run/vrrpd.conf"
    : >"$run/zebra.conf"
    chown -R frr:frr "$run"
    on "$1" "$FRR_FOLDER/zebra" -d -N "$play$1" -f "$run/zebra.conf" -i "$run/zebra.pid" -P 0 >"$dir/$1.log" 2>&1
}

configure_ucarp() {
    printf '#!/bin/sh\nip addr add "$2/32" dev "$1"\n' >"$dir/$1.up"
    printf '#!/bin/sh\nip addr del "$2/32" dev "$1"\n' >"$dir/$1.down"
    chmod +x "$dir/$1.up" "$dir/$1.down"
}

start_host() {
    # shellcheck disable=SC2046  # the fields of the line
    set -- $(cat "$dir/$1.node")
    run=/var/run/frr/$play$1
    case $2 in
    keepalived-*)
        $URGENT ip netns exec "$play$1" keepalived -n -l -D -P -f "$dir/$1.conf" -p "$dir/$1.pid" -r "$dir/$1.vrrp.pid" \
            >>"$dir/$1.log" 2>&1 &
        echo $! >"$dir/$1.daemon" ;;
    frr)
        $URGENT ip netns exec "$play$1" "$FRR_FOLDER/vrrpd" -N "$play$1" -f "$run/vrrpd.conf" -i "$run/vrrpd.pid" -P 0 \
            >>"$dir/$1.log" 2>&1 &
        echo $! >"$dir/$1.daemon" ;;
    ucarp)
        $URGENT ip netns exec "$play$1" ucarp -i eth0 -s "$3" -v "$5" -p "${10}" -a "$9" -z -D -u "$dir/$1.up" -d "$dir/$1.down" \
            >>"$dir/$1.log" 2>&1 &
        echo $! >"$dir/$1.daemon" ;;
    esac
}

stop_host() { kill -TERM "$(cat "$dir/$1.daemon")"; }

# Its processes stand still before any of them dies, so that none has a last word.
crash_host() {
    # shellcheck disable=SC2046  # process numbers
    set -- "$1" $(ip netns pids "$play$1")
    crashed=$1; shift
    kill -STOP "$@"; kill -KILL "$@"
    ip -n "${play}switch" link set dev "$crashed" down
}

is_active() {
    # shellcheck disable=SC2046  # the fields of the line
    set -- $(cat "$dir/$1.node")
    grep -q . "/proc/$(cat "$dir/$1.daemon" 2>/dev/null)/cmdline" 2>/dev/null || return 1
    case $2 in
    frr)    ! ip -n "$play$1" link show dev vrrp | grep -q 'protodown on' ;;
    *)      [ -n "$(ip -n "$play$1" -o addr show to "${9##*,}")" ] ;;
    esac
}

actives() {     # who is, with commas, in the order of the plan
    found=
    for host in $(sed -n 's/^-1 node \([^ ]*\) .*/\1/p' "$plan"); do
        ! is_active "$host" || found=$found,$host
    done
    echo "${found#,}"
}

sleep_until() { # sleep_until TIME of the play
    pause=$(awk -v begin="$begin" -v at="$1" -v now="$(date +%s.%N)" 'BEGIN { print begin + at - now }')
    case $pause in -* | *e-*) ;; *) sleep "$pause" ;; esac
}

stage_play() {
    plan=$1 play=$STAGE$2_ dir=$3
    build_switch || return 1
    while read -r _ what rest; do
        # shellcheck disable=SC2086  # the fields of the line
        [ "$what" != node ] || build_host $rest
    done <"$plan"
    sleep 1         # zebra learns its interfaces
    begin=$(date +%s.%N)
    echo "$begin" >"$dir/begin"
    : >"$dir/asked"
    while read -r time what rest; do
        [ "$what" != node ] || continue
        sleep_until "$time"
        # shellcheck disable=SC2086  # the fields of the line
        case $what in
        start)  start_host $rest ;;
        stop)   stop_host $rest ;;
        crash)  crash_host $rest ;;
        ask)    set -- $rest
                echo "$1 $2 $4: $(actives)" >>"$dir/asked" ;;
        end)    break ;;
        esac
    done <"$plan"
    sh "$SRCDIR/tests/live/guard.sh" "$play"
}
