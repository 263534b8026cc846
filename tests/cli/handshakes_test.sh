#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Hosts that speak TLS, RDP and SIP: tshark reads what they say as such, finds nothing wrong, and counts what the scripts count. And on
# a wire that loses every twentieth frame all of them come about.
. tests/cli/lib.sh

if ! command -v tshark >/dev/null 2>&1; then
    echo "tshark is not here"
    exit 77
fi
scripts=scenarios/persistence
for name in ssl-session-id ssl-session-id-tickets ssl-session-id-shared-tickets ssl-session-id-tls-1-3 rdp-login \
        sip-call-id sip-none; do
    gives 0 "$VIPLAB" run -q --keep always --out "$work/kept" $scripts/$name.yaml
done

# counts NAME FILTER WANT: frames on the users' side of the balancer
counts() {
    n=$(tshark -r "$work/kept/persistence.$1/run.pcapng" -d tcp.port==80,"${as:-tls}" -Y "($2) and ip.addr == 198.18.0.80" 2>/dev/null | wc -l)
    same "$1: $2" "$((n))" "$3"
}
for name in ssl-session-id ssl-session-id-tickets ssl-session-id-shared-tickets ssl-session-id-tls-1-3; do
    counts $name '_ws.malformed or _ws.expert.severity == "Error"' 0
    counts $name 'tls.handshake.type == 1' 84
    counts $name 'tls.handshake.type == 2' 84
done
counts ssl-session-id 'tls.handshake.type == 11' 21                             # a certificate: in full
counts ssl-session-id 'tls.handshake.type == 1 and tls.handshake.session_id_length == 32' 84    # who offers 1.3 has filler
counts ssl-session-id 'tls.handshake.type == 2 and tls.handshake.session_id_length == 32' 84
counts ssl-session-id-tickets 'tls.handshake.type == 11' 84
counts ssl-session-id-tickets 'tls.handshake.type == 4' 84                      # a ticket
counts ssl-session-id-tickets 'tls.handshake.type == 2 and tls.handshake.session_id_length == 32' 0
counts ssl-session-id-shared-tickets 'tls.handshake.type == 4' 21
counts ssl-session-id-shared-tickets 'tls.handshake.type == 2 and tls.handshake.session_id_length == 32' 63
counts ssl-session-id-tls-1-3 'tls.handshake.type == 2 and tls.handshake.extensions.supported_version == 0x0304' 84
counts ssl-session-id-tls-1-3 'tls.handshake.type == 1 and tls.handshake.extension.type == 41' 63      # pre_shared_key
counts ssl-session-id-tls-1-3 'tls.handshake.type == 2 and tls.handshake.extension.type == 41' 0
counts ssl-session-id-tls-1-3 'tls.handshake.extensions_server_name == "mail.example.org"' 84
as=tpkt
counts rdp-login 'rdp.rt_cookie contains "mstshash=u000000"' 84
counts rdp-login 'rdp.neg_type == 1 and rdp.negReq.requestedProtocols.ssl == 1' 84
counts rdp-login 'rdp.neg_type == 2' 84
as=data
counts sip-call-id '_ws.malformed or _ws.expert.severity == "Error"' 0
counts sip-call-id 'sip.Method == "INVITE"' 200
counts sip-call-id 'sip.Method == "ACK"' 200
counts sip-call-id 'sip.Method == "INFO"' 800
counts sip-call-id 'sip.Method == "BYE"' 200
counts sip-call-id 'sip.Status-Code == 200' 1200
counts sip-none 'sip.Status-Code == 481' 200

# segments are lost, cut and sent again; sessions are what they were
mkdir "$work/lossy"
cp -R scenarios/templates "$work/templates"
for name in ssl-session-id ssl-session-id-shared-tickets ssl-session-id-tls-1-3 rdp-login sip-call-id; do
    sed -e '/findings: none/d; /jain/d; /finding:/d; /balancer.open/d; /TLS 1.3, how: full/d' \
        -e 's/^expect:/timeline:\n  - {at: 100ms, loss: {users: 5%}}\nexpect:\n  - {records: client.handshake, count: exactly 84}/' \
        -e 's/until: 60s/until: 120s/' $scripts/$name.yaml >"$work/lossy/$name.yaml"
    case $name in sip-*) sed -i '/client.handshake/d' "$work/lossy/$name.yaml" ;; esac
    gives 0 "$VIPLAB" run -q --keep never "$work/lossy/$name.yaml"
done
finish
