#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# From incident to regression test: `viplab scan --to-scenario` writes a script that passes `check` and `run`, whose run
# finds the codes of the capture on their IDs and no others, and a scan of the run's capture does, too. For every capture
# of real daemons, and every public one whose protocols scripts can speak. The public captures are not part of the tree:
# VIPLAB_PUBLIC_CAPTURES names their folder, else ../shared/captures/public beside the checkout is tried.
. tests/cli/lib.sh
real=$SRCDIR/tests/captures/real-daemons
public=${VIPLAB_PUBLIC_CAPTURES:-$SRCDIR/../shared/captures/public}

# Not rebuilt, and why.
cat >"$work/not-yet" <<'END'
my-pcaps-HSRPv1-single-packet-fuzzed.pcap one message with a wrong checksum: nobody sends such a one here
ndpi-cpha.pcap CCP: its speakers are not rebuilt
sample-captures-vrrp_master_undo_vrrp_0.pcapng nothing but a goodbye: what MAC it used before was not heard
tcpdump-erspan-type-ii-2.pcap nobody: what is in a tunnel is not on this segment
tcpdump-msnlb.pcap NLB: its speakers are not rebuilt
zeek-pbb.pcap nobody: what is in a tunnel is not on this segment
END

# codes FILE: "code family id", each once
codes() {
    "$VIPLAB" scan -q -f json -r "$1" 2>/dev/null </dev/null |
        awk -F'"' '$2 == "conflicts" { here = 1 } here && $2 == "code" { code = $4 } here && $2 == "af" { af = $4 }
            here && $2 == "id" { id = $3; gsub(/[^0-9]/, "", id); print code, af, id }' | sort -u
}

# rebuild FILE: the whole way
rebuild() {
    name=$(basename "$1")
    yaml=$work/$name.yaml
    "$VIPLAB" scan -q -r "$1" --to-scenario "$yaml" >"$work/out" 2>"$work/err" </dev/null
    if ! [ -s "$yaml" ]; then bad "$name: no script"; cat "$work/err"; return; fi
    says '; its run finds the same$' "$work/out"
    gives 0 "$VIPLAB" check "$yaml"
    gives 0 "$VIPLAB" run -q --keep always --out "$work/kept" "$yaml"
    same "$name: codes of the run's capture" "$(codes "$work"/kept/*/run.pcapng)" "$(codes "$1")"
    rm -rf "$work/kept"
}

conflicts=0
for file in "$real"/*.pcap; do
    rebuild "$file"
    if codes "$file" | grep -Eq '^(dual-active|vrid-collision|carp-collision|vip-two-ids|vip-foreign-mac|advert-starvation) '; then
        conflicts=$((conflicts + 1))
    fi
done
if [ $conflicts -ge 30 ]; then ok; else bad "only $conflicts captures of real daemons hold a conflict"; fi

if [ -d "$public/fhrp" ]; then
    for file in "$public"/fhrp/*; do
        if grep -q "^$(basename "$file") " "$work/not-yet"; then
            "$VIPLAB" scan -q -r "$file" --to-scenario "$work/none.yaml" --force >"$work/out" 2>"$work/err" </dev/null
            if grep -q 'its run finds the same' "$work/out"; then bad "rebuilt after all: $file"; else ok; fi
        else
            rebuild "$file"
        fi
    done
    name=my-pcaps-10-0.1-1408903444.pcap
    says 'hsrp: \[{group: 1, version: 1, priority: 110, hello: 3s, hold: 10s, vip: 10.0.0.100' "$work/$name.yaml"
    says 'deaf: {from: ' "$work/$name.yaml"
else
    echo "no public captures: VIPLAB_PUBLIC_CAPTURES names no folder with fhrp/"
fi

# -- passwords: not a word of the wire; equal stays equal, different stays different
y=$work/s-auth-mismatch-cold-start-span.pcap.yaml
says 'r1: .*auth: {text: hidden1}' "$y"
says 'r2: .*auth: {text: hidden2}' "$y"
if grep -l -e 'abc' -e 'xyz' "$work"/c[123]*.yaml "$work"/s-auth*.yaml "$work"/t-auth*.yaml; then bad "a password of the wire in these scripts"; else ok; fi

# -- what was heard is there
y=$work/a-keepalived-frr-same-vrid-span.pcap.yaml
says 'kind: frr, .*ip: 10.0.0.3, .*{vrid: 1, version: 3, priority: 200, interval: 1s, vip: 10.0.0.110}' "$y"
says 'kind: keepalived-2.2, .*ip: 10.0.0.1, .*priority: 150, .*vip: 10.0.0.100, use_vmac: true' "$y"
says '{finding: vrid-collision, id: 1, family: ipv4}' "$y"
says '{findings: \[.*vrid-collision.*\]}' "$y"
says '{match: "vrrp advert vrid 1 version 3 priority 150 from 10.0.0.1", from: r2}' "$y"
says 'kind: ucarp, .*vip: 10.0.0.120' "$work/b-keepalived-ucarp-same-id-span.pcap.yaml"
says 'crash: r1' "$work/n-crash-failover-span.pcap.yaml"
says 'stop: r1' "$work/m-graceful-failover-and-return-span.pcap.yaml"
says 'mac: 02:00:00:00:00:03' "$work/j-vip-on-plain-host-span.pcap.yaml"

# -- the same capture gives the same bytes, and nothing is written over unasked
file=$real/f-two-pairs-same-vrid-vmac-span.pcap
"$VIPLAB" scan -q -r "$file" --to-scenario "$work/twice.yaml" >/dev/null 2>&1 </dev/null
if cmp -s "$work/twice.yaml" "$work/f-two-pairs-same-vrid-vmac-span.pcap.yaml"; then ok; else bad "not the same script twice"; fi
echo mine >"$work/mine.yaml"
gives 3 "$VIPLAB" scan -q -r "$file" --to-scenario "$work/mine.yaml"
says 'is there already (--force writes over it)' "$work/err"
same "untouched" "$(cat "$work/mine.yaml")" mine
gives 1 "$VIPLAB" scan -q -r "$file" --force --to-scenario "$work/mine.yaml"
if cmp -s "$work/mine.yaml" "$work/twice.yaml"; then ok; else bad "--force wrote something else"; fi

# -- other ways it may be asked for
gives 2 "$VIPLAB" scan -r "$file" --to-scenario "$work/script.txt"
says 'must end in .yaml' "$work/err"
gives 3 "$VIPLAB" scan -r "$file" --only vrid-collision --to-scenario "$work/only.yaml"
gives 3 "$VIPLAB" scan -r - --to-scenario "$work/stdin.yaml"
says 'read twice' "$work/err"
gives 1 "$VIPLAB" scan -q -f json -r "$file" --to-scenario "$work/json.yaml"
says 'its run finds the same' "$work/err"
case $(head -c 1 "$work/out") in '{') ok ;; *) bad "more than the document on stdout" ;; esac
if grep -q '^scenario' "$work/out"; then bad "more than the document on stdout"; else ok; fi
gives 3 "$VIPLAB" scan -q -r "$file" --to-scenario "$work/no/such/folder.yaml"

finish
