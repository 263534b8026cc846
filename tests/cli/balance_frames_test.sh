#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the judges of balancers count in the frames of a run is what its balancer did: `viplab report` on the capture
# against the journal's own records, connection by connection and server by server, for each way of forwarding.
. tests/cli/lib.sh
scenarios=$PWD/scenarios/forwarding
cd "$work"

# script FORWARDING SCHEDULER: two nets, the LoadMaster between them
script() {
    cat <<Y
title: Three servers, forwarding $1
segments:
  front: {net: 192.0.2.0/24}
  farm: {net: 10.0.0.0/24}
nodes:
  lb:
    kind: loadmaster
    interfaces: [{on: front, ip: 192.0.2.11}, {on: farm, ip: 10.0.0.1}]
    services:
      web:
        vip: 192.0.2.80
        port: 80
        forwarding: $1
        scheduler: $2
        servers: {rs1: {ip: 10.0.0.11, weight: 1}, rs2: {ip: 10.0.0.12, weight: 2}, rs3: {ip: 10.0.0.13, weight: 1}}
  users:
    kind: client
    on: front
    ip: 192.0.2.50
    gateway: 192.0.2.11
    clients: {people: {to: "192.0.2.80:80", poisson: 20/s, requests: 2, think: 100ms, end: 25s, sources: [{first: 192.0.2.100, count: 40}]}}
Y
    for n in 1 2 3; do
        echo "  rs$n: {kind: server, on: farm, ip: 10.0.0.1$n, gateway: 10.0.0.1, serves: {web: {port: 80, answer: 3000}}}"
    done
    cat <<Y
expect:
  - {new_connections: web, count: over 300}
  - {share: rs2, service: web, is: 50% +- 1%}
  - {active_connections: web, count: 0, at: 29s}
  - {findings: none}
until: 30s
Y
}

# compare FOLDER: the report has servers in the order of their addresses
compare() {
    "$VIPLAB" report -q -f tsv -r "$1/run.pcapng" >report.tsv 2>err || bad "report of $1"
    awk -F'\t' 'NR > 1 { print $5 }' report.tsv >frames
    for server in rs1 rs2 rs3; do
        grep '"kind":"balancer.open"' "$1/journal.jsonl" | grep -c "\"server\":\"$server\""
    done >journal
    same "$1: connections of each server, by frames and by the journal" "$(tr '\n' ' ' <frames)" "$(tr '\n' ' ' <journal)"
}

for forwarding in nat snat; do
    script "$forwarding" wrr >"$forwarding.yaml"
    gives 0 "$VIPLAB" run --keep always --out "out-$forwarding" "$forwarding.yaml"
    compare "out-$forwarding/$(ls "out-$forwarding")"
done
# the scripts that ship: direct return, where a server is a MAC, tunnels, IPv6 to IPv4
while read -r name mode; do
    gives 0 "$VIPLAB" run --keep always --out "out-$name" "$scenarios/$name.yaml"
    folder=out-$name/$(ls "out-$name")
    "$VIPLAB" report -q -f tsv -r "$folder/run.pcapng" >report.tsv 2>err || bad "report of $name"
    awk -F'\t' 'NR > 1 { print $5 }' report.tsv | sort >frames
    grep '"kind":"balancer.open"' "$folder/journal.jsonl" | sed 's/.*"server":"\([^"]*\)".*/\1/' | sort | uniq -c |
        awk '{ print $1 }' | sort >journal
    same "$name: connections of each server" "$(tr '\n' ' ' <frames)" "$(tr '\n' ' ' <journal)"
    same "$name: how it forwards" "$(awk -F'\t' 'NR == 2 { print $3 }' report.tsv)" "$mode"
done <<L
direct-return direct return
tunnel tunnel
ipv6-to-ipv4 full NAT
L
# a server that answers past the LoadMaster: its clients wait in vain, and the frames say so
gives 0 "$VIPLAB" run --keep always --out out-gateway "$scenarios/wrong-gateway.yaml"
gives 1 "$VIPLAB" report -q --strict -r "out-gateway/$(ls out-gateway)/run.pcapng"
says '^WARNING syn-unanswered ' out
finish
