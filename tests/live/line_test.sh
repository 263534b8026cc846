#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line of `viplab live': what it takes, what it says of what it does not take, and the result that it writes. The last
# part listens on a wire that the test makes.
set -u
. "$SRCDIR/tests/cli/lib.sh"
. "$SRCDIR/tests/live/stage.sh"
trap 'stage_close; rm -rf "$work"' EXIT
cd "$work" || exit 1

cat >pair.yaml <<'END'
title: a pair, one of whom is here
segments:
  lan: {net: 192.0.2.0/24}
  farm: {net: 198.51.100.0/24}
nodes:
  us: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 10, version: 3, priority: 200, interval: 200ms, vip: 192.0.2.1}]}
  peer: {kind: rfc, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 10, version: 3, priority: 100, interval: 200ms, vip: 192.0.2.1}]}
  asks: {kind: client, on: lan, ip: 192.0.2.50}
timeline:
  - {at: 1.5s, ping: 192.0.2.2, from: asks, every: 50ms, count: 10}
  - {at: 3s, crash: us}
expect:
  - {becomes: active, of: us, before: 1.2s}
  - {state: active, of: us, between: [1.5s, 2.8s]}
  - {actives: [us], id: 10, at: 2s}
  - {never: dual-active, id: 10}
  - {takeover: peer, id: 10, after: 3s, within: 700ms to 900ms}
  - {ping: asks, longest_gap: under 60ms, between: [1.5s, 2s]}
  - {records: ping.lost, count: 0}
  - {match: "vrrp advert vrid 10", from: us, count: at least 5}
until: 4s
END
sed 's/^timeline:/matrix: {us.vrrp.10.priority: [200, 201]}\ntimeline:/' pair.yaml >cases.yaml
sed 's/kind: rfc/kind: rfd/' pair.yaml >wrong.yaml

# ---- what it takes
gives 0 "$VIPLAB" live --help
says '^usage: viplab live SCRIPT --attach SEGMENT=IF' out
for option in attach only transmit force for rate ring tolerance write journal output control set filter seed quiet verbose; do
    says "--$option" out
done

# wrong PATTERN ARG...: exit status 2 and one sentence
wrong() {
    pattern=$1
    shift
    gives 2 "$VIPLAB" live "$@"
    says "$pattern" err
    silent out
}
wrong 'which script' --attach lan=v0
wrong 'nothing is attached: --attach SEGMENT=IF' pair.yaml
wrong 'one script at a time: .cases.yaml. is a second one' pair.yaml cases.yaml --attach lan=v0
wrong 'there is no option .--nonsense' pair.yaml --nonsense
wrong 'a value is missing after .--for' pair.yaml --for
for attach in lan =v0 lan=; do wrong "attach: .$attach. is not SEGMENT=IF" pair.yaml --attach $attach; done
# shellcheck disable=SC2046  # words
wrong 'attach: at most [0-9]* of them' pair.yaml $(for i in $(seq 100); do echo "--attach lan=v$i"; done)
# shellcheck disable=SC2046
wrong 'only: at most [0-9]* of them' pair.yaml --attach lan=v0 $(for i in $(seq 1000); do echo "--only n$i"; done)
for time in 0 soon -1s; do wrong "for: .$time. is not a length of time" pair.yaml --attach lan=v0 --for "$time"; done
wrong 'tolerance: .wide. is not a length of time' pair.yaml --attach lan=v0 --tolerance wide
for rate in 0 fast 1e3 999999999; do wrong "rate: .$rate. is not a number of frames a second, or none" pair.yaml --attach lan=v0 --rate $rate; done
for ring in 0 2048 much; do wrong "ring: .$ring. is not a number of MiB" pair.yaml --attach lan=v0 --ring $ring; done
for seed in x 18446744073709551616 -3; do wrong "seed: .$seed. is not a whole number" pair.yaml --attach lan=v0 --seed $seed; done
wrong 'write: .frames.pcap. is not a file name that ends in .pcapng' pair.yaml --attach lan=v0 -w frames.pcap
wrong 'journal: .j.txt. is not a file name that ends in .jsonl' pair.yaml --attach lan=v0 --journal j.txt
wrong 'output: ..json. is not a file name that ends in .json' pair.yaml --attach lan=v0 -o .json
wrong 'control: .* is not shorter than 108 characters' pair.yaml --attach lan=v0 --control "$(printf '%0120d' 0)"

# ---- the script
wrong 'nowhere.yaml: No such file' nowhere.yaml --attach lan=v0
wrong "wrong.yaml:6:.* .rfd." wrong.yaml --attach lan=v0
wrong "attach: the script has no segment .lon'; did you mean .lan'" pair.yaml --attach lon=v0
wrong "attach: the script has no segment .elsewhere'$" pair.yaml --attach elsewhere=v0
wrong "only: the script has no node .pear'; did you mean .peer'" pair.yaml --attach lan=v0 --only pear
wrong '2 scenarios fit, and one can be on a wire; choose with --filter:' cases.yaml --attach lan=v0
says '^  .*200' err
wrong '0 scenarios fit' cases.yaml --attach lan=v0 --filter three
wrong 'us.vrrp.10.priorty' pair.yaml --attach lan=v0 --set us.vrrp.10.priorty=3

# ---- on a wire
stage_ask jq
stage_open
play=$STAGE
for end in us them; do ip netns add "$play$end"; settle $end; done
ip link add name v0 netns "${play}us" type veth peer name w0 netns "${play}them"
ip -n "${play}us" link set v0 up
ip -n "${play}them" link set w0 up
there() {       # again where the machine stood still meanwhile, which the run says
    for try in 1 2 3; do
        now=0
        timeout 60 ip netns exec "${play}us" "$VIPLAB" live "$@" >calm 2>&3 || now=$?
        grep -q 'stood still' calm || break
    done 3>calm.err
    cat calm
    cat calm.err >&2
    return $now
}

gives 3 there pair.yaml --attach lan=v9
says 'v9' err
gives 0 there pair.yaml --attach lan=v0 --transmit --force -v -o result.json -w frames.pcapng --journal all.jsonl --seed 7 --tolerance 300ms
same "checks" "$(jq -r '[.runs[0].checks[].verdict] | unique | join(" ")' result.json)" held
same "the wire" "$(jq -r '.runs[0].live.wires[0] | "\(.segment) \(.interface) \(.refused) \(.too_long)"' result.json)" "lan v0 0 0"
same "frames left" "$(jq '.runs[0].live.wires[0].sent > 10' result.json)" true
same "the clock" "$(jq -r '.runs[0].live.tolerance, (.runs[0].live.clock | .deadlines > 10, .pauses)' result.json | tr '\n' ' ')" "0.300000000 true 0 "
same "its seed" "$(jq -r '.runs[0].seed' result.json)" 7
if [ -s frames.pcapng ] && [ -s all.jsonl ]; then ok; else bad "no frames, or no journal"; fi

# one of its nodes, a case of a matrix, a changed value, nothing said; what is of another node or of later is open
gives 0 there cases.yaml --filter 201 --only us --attach lan=v0 --set us.vrrp.10.interval=300ms --for 2 -q
gives 1 there pair.yaml --attach lan=v0 --set us.vrrp.10.interval=2s --for 3 -o result.json
says 'FAILED' out
same "a failed check in the document" "$(jq -r '[.runs[0].checks[].verdict] | index("failed") != null' result.json)" true

# what cannot be written is said before anything is sent
gives 3 there pair.yaml --attach lan=v0 -o nowhere/result.json
says 'nowhere/result.json: No such file' err
finish
