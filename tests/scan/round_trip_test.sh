#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Round trip: each collision is simulated, its capture written and scanned. `scan -r`, which knows nothing of the script,
# finds every code that the script expects, and no conflict that it does not name; what must stay silent is silent.
# (HSRP and GLBP: tests/vendors/fhrp_round_trip_test.sh.)
set -u
cd "$SRCDIR" || exit 1
. tests/cli/lib.sh

# said CASE: the codes of the script as this case has it, one a line; what is information or about the number is left out
uncounted='-e ^default-id$ -e ^cleartext-password$ -e ^vmac-unused$ -e ^ipv6-twin$ -e ^unicast-vrrp$ -e -group$ -e -cluster$'
said() {
    sed -n -e 's/^ *- {\(name: [a-z_0-9]*, \)\{0,1\}findings\{0,1\}: \[\{0,1\}\([a-z, -]*\).*/\2/p' "$1" |
        sed 's/, *\(id\|group\|before\|after\|between\|family\|why\)$//' | tr ',' '\n' | tr -d ' ' | grep -e - |
        grep -v $uncounted | sort -u
}

# found FILE SEVERITY...: the codes of these severities in a document
found() {
    awk -F'"' -v wanted=" $2 " '
        $2 == "conflicts" { here = 1 }
        here && $2 == "code" { code = $4 }
        here && $2 == "severity" && index(wanted, " " $4 " ") { print code }' "$1" | grep -v $uncounted | sort -u
}

# judge SCRIPT CAPTURE
judge() {
    "$VIPLAB" scan -q -v -f json -r "$2" >"$work/scan.json" 2>"$work/err"
    said "$1" >"$work/said"
    found "$work/scan.json" "conflict suspect" >"$work/conflicts"
    found "$work/scan.json" "conflict suspect warning" >"$work/found"
    same "$2: conflicts that the script does not name" "$(comm -13 "$work/said" "$work/conflicts")" ""
    same "$2: expected and not found" "$(comm -23 "$work/said" "$work/found")" ""
}

scripts=0 cases=0
for script in scenarios/vrid-collision/*.yaml scenarios/mismatch/*.yaml scenarios/unicast/*.yaml scenarios/fgcp/*.yaml \
    scenarios/clusterxl/*.yaml scenarios/vlan/*.yaml; do
    scripts=$((scripts + 1))
    gives 0 "$VIPLAB" run -q --keep always --out "$work/run" "$script"
    "$VIPLAB" run --list "$script" >"$work/list"
    n=0
    while read -r _ variant; do
        n=$((n + 1)) cases=$((cases + 1))
        variant=$(echo "$variant" | sed 's/^\[//; s/\]$//; s/[^A-Za-z0-9._-][^A-Za-z0-9._-]*/-/g; s/^-*//; s/-*$//')
        name=$(basename "$(dirname "$script")").$(basename "$script" .yaml)${variant:+.$variant}
        "$VIPLAB" explain ${variant:+--case $n} "$script" >"$work/case"     # with everything filled in
        if [ -f "$work/run/$name/run.pcapng" ]; then judge "$work/case" "$work/run/$name/run.pcapng"
        else bad "no capture: $name"; ls "$work/run"; fi
    done <"$work/list"
    rm -rf "$work/run"
done
if [ $scripts -ge 40 ] && [ $cases -ge 120 ]; then ok; else bad "only $scripts scripts, $cases cases"; fi
finish
