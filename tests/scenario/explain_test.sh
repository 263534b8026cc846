#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `viplab explain SCRIPT` prints a script: it checks clean, explains to itself, and its run has the digest of the
# original's. For every shipped scenario, and the script with every key of the language.
set -u
passed=0 failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$SRCDIR" || exit 1

fails() {
    failed=$((failed + 1))
    echo "FAILED $1: $2"
    return 1
}

# One seed of a script that asks for many.
digest_of() {
    seed=$(sed -n 's/^over: .* seeds$/--seed 1/p' "$1")
    # shellcheck disable=SC2086  # an option and its number, or nothing
    "$VIPLAB" run $seed --out "$scratch/out" "$1" 2>&1 | sed -n '$s/.* digest \([0-9a-f]*\).*/\1/p'
}

# explains SCRIPT [CASE]
explains() {
    "$VIPLAB" explain ${2:+--case "$2"} "$1" >"$scratch/once.yaml" 2>"$scratch/err" ||
        fails "$1" "explain: $(cat "$scratch/err")" || return 0
    "$VIPLAB" check -q "$scratch/once.yaml" 2>"$scratch/err" ||
        fails "$1" "what explain prints is not right: $(cat "$scratch/err")" || return 0
    "$VIPLAB" explain "$scratch/once.yaml" >"$scratch/twice.yaml"
    grep -v '^# case ' "$scratch/once.yaml" | cmp -s - "$scratch/twice.yaml" ||
        fails "$1" "explained twice it is another script" || return 0
    if [ $# -eq 1 ]; then
        one=$(digest_of "$1") two=$(digest_of "$scratch/once.yaml")
        [ -n "$one" ] && [ "$one" = "$two" ] || fails "$1" "digest $one, explained $two" || return 0
    fi
    passed=$((passed + 1))
}

for script in $(find scenarios -name '*.yaml' | sort); do
    case $("$VIPLAB" check "$script") in
    *template) ;;
    *cases) explains "$script" 1; explains "$script" 2 ;;
    *) explains "$script" ;;
    esac
done
explains tests/scenario/scripts/every-key.yaml 1
explains tests/scenario/scripts/every-key.yaml 2

# explains_as ARG STATUS PATTERN...: every pattern is in what is printed
explains_as() {
    what=$1 wanted=$2
    shift 2
    status=0
    "$VIPLAB" explain "$what" >"$scratch/out.txt" 2>&1 || status=$?
    [ $status -eq "$wanted" ] || fails "$what" "exit status $status, wanted $wanted" || return 0
    for pattern; do
        grep -q -e "$pattern" "$scratch/out.txt" || fails "$what" "does not say: $pattern" || return 0
    done
    passed=$((passed + 1))
}

explains_as vrid-collision 0 '^vrid-collision (conflict)' '^Why' '^Remedy' 'keepalived  *virtual_router_id'
explains_as 'Keepalived_vrrp: (VI_1) ip address associated with VRID 51 not present in MASTER advert : 10.0.0.1' 0 \
    '^vrid-collision ' 'keepalived up to 2.3.2 writes'
explains_as 'Mar  3 10:00:01 lb1 Keepalived_vrrp[812]: (VI_1) vrrp packet from 10.0.0.9 too short, length 56 and expect 64' 0 \
    '^carp-collision  *conflict' 'keepalived 2.3.3 and later writes' '^Cause' '^Remedy' '  1. Give the CARP pair'
explains_as 'ucarp[2193]: Bad digest ... Check vhid, password and virtual IP address' 0 '^carp-dual-active ' 'KEMP LoadMaster writes'
explains_as '%STANDBY-3-DUPADDR: Duplicate address on Vlan25, sourced by 0000.0c07.ac19' 0 '^fhrp-dual-active ' 'Cisco IOS'
explains_as '%%01VRRP/3/VRRP_DOUBLE_MASTER_ERR: VRRP detected double masters.' 0 '^dual-active ' 'Huawei writes'
explains_as 'WARNING - equal priority advert received from remote host with our IP address.' 0 'no finding of its own' 'second machine'
explains_as 'kernel: CPHA: something else' 2 'looks like a line of Check Point' '--logs'
explains_as '(VI_1) no advert: the address associated is 10.0.0.1' 2 'the closest that I know: .*not present'
explains_as --logs 0 '^Juniper Junos  *VRRPD_NEW_MASTER' '^uvrrpd '
explains_as dual-active 0 '^Log lines' 'VRRP_DOUBLE_MASTER_ERR'
explains_as fortigate 0 'speaks  VRRP version 2' 'vrrp-virtual-mac' '^Not modelled'
explains_as --schema 0 '^- `fortigate`: ' '  - option `vrrp-virtual-mac`'
explains_as vrid-colision 2 'no file, no finding' 'did you mean `vrid-collision'
explains_as 'the weather is fine' 2 'no file, no finding'
# what a kind fills in stands below its node, in the words of the language
printf 'title: t\nsegments: {lan: {net: 192.0.2.0/24}}\nnodes:\n  r1: {kind: frr, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 1, vip: 192.0.2.1}]}\nuntil: 9s\n' >"$scratch/frr.yaml"
explains_as "$scratch/frr.yaml" 0 '^    # {vrid: 1, .*behaviour: {.*takeover_slack: 0s, claim_delay: 0s, skew_unit: 10ms, owner_waits: true'
explains_as --schema 0 '^# The language' '^- `vrid` (required)' 'Example: `at: 30s`'
explains_as --codes 0 '^dual-active '
explains_as --json-schema 0 '"\$schema": "https://json-schema.org/draft/2020-12/schema"'
explains_as --nonsense 2 'viplab explain --help'
# a directory may have the name of a code
mkdir "$scratch/vrid-collision"
(cd "$scratch" && "$VIPLAB" explain vrid-collision) >"$scratch/out.txt" 2>&1
grep -q '^vrid-collision (conflict)' "$scratch/out.txt" && passed=$((passed + 1)) || fails vrid-collision 'a directory wins' || :
if python3 -c 'import yaml, jsonschema' 2>/dev/null; then
    "$VIPLAB" explain --json-schema >"$scratch/schema.json"
    python3 - "$scratch/schema.json" scenarios <<'END' && passed=$((passed + 1)) || fails --json-schema 'refuses what is right' || :
import glob, json, jsonschema, sys, yaml
schema = json.load(open(sys.argv[1]))

class Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):  # YAML 1.2: `on' is a word
    yaml_implicit_resolvers = {c: [r for r in rs if 'bool' not in r[0]] for c, rs in yaml.SafeLoader.yaml_implicit_resolvers.items()}

import re
Loader.add_implicit_resolver('tag:yaml.org,2002:bool', re.compile('^(true|false)$'), list('tf'))
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)        # one for all: making it is most of the work
for path in glob.glob(sys.argv[2] + '/**/*.yaml', recursive=True):
    validator.validate(yaml.load(open(path), Loader=Loader))
END
fi
if command -v python3 >/dev/null; then
    "$VIPLAB" explain --json-schema | python3 -c 'import json, sys; json.load(sys.stdin)' &&
        passed=$((passed + 1)) || fails --json-schema 'is no JSON' || :
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
