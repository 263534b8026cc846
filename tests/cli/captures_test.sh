#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tshark finds nothing malformed and no wrong checksum in the capture of any shipped scenario. One thing aside: of
# version 3 over IPv4 tshark knows only the camp that sums a pseudo-header (RFC 5798), not RFC 9568's; and it sums
# keepalived's HMAC trailer, which keepalived does not. Each frame is judged by itself (a segment passes the switch a second
# time inside a tunnel, which a reassembler calls an overlap), and TCP that an ICMP error quotes in part has no sum to check.
# What a pair tells each other on port 18848 is a format of our own, at which tshark must not guess.
. tests/cli/lib.sh

if ! command -v tshark >/dev/null 2>&1; then
    echo "tshark is not here"
    exit 77
fi
wrong='_ws.malformed or ip.checksum.status == "Bad" or udp.checksum.status == "Bad" or tcp.checksum.status == "Bad"
    or icmp.checksum.status == "Bad" or icmpv6.checksum.status == "Bad" or carp.checksum.status == "Bad"
    or ((_ws.expert.severity == "Error" or vrrp.checksum.status == "Bad") and not (ip and vrrp.version == 3))'
ask() {     # ask FILE FILTER: how many frames fit
    tshark -r "$1" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
        -o tcp.desegment_tcp_streams:FALSE -d udp.port==18848,data -Y "$(echo "$2" | tr '\n' ' ')" >"$work/fits" 2>/dev/null || {
        echo "tshark could not read it"
        return
    }
    wc -l <"$work/fits" | tr -d ' '
}

# Of a script with many seeds the first one's capture is asked about: the others differ in times and ports only.
gives 0 "$VIPLAB" run -q --sample 10 --keep always --out "$work/kept" scenarios
rm -rf "$work"/kept/*.seed-[2-9]* "$work"/kept/*.seed-10*

# question NAME: what must not be in the capture of a script
question() {
    case $1 in
    authentication.hmac) echo "_ws.malformed or (($wrong) and not vrrp)" ;;
    forwarding.tunnel | forwarding.path-mtu)
        echo "_ws.malformed or (($wrong) and not icmp.type == 3 and not icmpv6.type == 2) or icmp.checksum.status == \"Bad\"
            or icmpv6.checksum.status == \"Bad\"" ;;
    *) echo "$wrong" ;;
    esac
}
# tshark takes longer to start than to read most of them: it is asked about all in one file first, and one by one, to say
# which, only if it finds something there. Those with a question of their own are asked by themselves.
own='forwarding.tunnel forwarding.path-mtu authentication.hmac'
mkdir "$work/own"
for name in $own; do mv "$work/kept/$name" "$work/own/$name"; done
mergecap -a -w "$work/all.pcapng" "$work"/kept/*/run.pcapng
together=$(ask "$work/all.pcapng" "$wrong")
for capture in "$work"/kept/*/run.pcapng "$work"/own/*/run.pcapng; do
    folder=${capture%/run.pcapng}
    name=${folder##*/}
    if [ "$together" = 0 ] && [ "${folder%/*}" = "$work/kept" ]; then
        ok
    else
        same "$name: wrong frames" "$(ask "$capture" "$(question "$name")")" 0
    fi
    if [ "$(wc -c <"$capture")" -gt 1000 ]; then ok; else bad "$name: hardly a frame"; fi
done

# the question catches a wrong one: a TTL that the header's checksum does not know
capture=$work/kept/failover.priority-0/run.pcapng
at=$(grep -obUaP '\xe0\x00\x00\x12' "$capture" | head -n 1 | cut -d: -f1)
printf '\376' | dd of="$capture" bs=1 seek=$((at - 8)) conv=notrunc 2>/dev/null
same "a wrong checksum is seen" "$(ask "$capture" "$wrong")" 1
finish
