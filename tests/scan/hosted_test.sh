#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The hosting company of scenarios/vrid-collision/hosted-40-tenants.yaml: from the capture of its segment alone, before the
# cure, the scanner says which IDs are free, which are asked for in vain, and the one it proposes cures.
set -u
cd "$SRCDIR" || exit 1
. tests/cli/lib.sh
script=scenarios/vrid-collision/hosted-40-tenants.yaml

gives 1 "$VIPLAB" run -q --until 19s --keep always --out "$work/run" "$script"     # what comes later is left open
capture=$work/run/vrid-collision.hosted-40-tenants/run.pcapng

# the IDs of the script, and their complement
sed -n 's/.*{\(vrid\|vhid\|id\): \([0-9]*\),.*/\2/p' "$script" | sort -n | uniq >"$work/taken"
same "39 IDs of 40 tenants" "$(wc -l <"$work/taken" | tr -d ' ')" 39
seq 1 255 | grep -vxFf "$work/taken" >"$work/free"

gives 0 "$VIPLAB" scan -q --free -r "$capture"
same "every free ID, and no other" "$(sort -n "$work/out")" "$(cat "$work/free")"
for id in 1 10 20 50 51 100; do        # what products ship with is proposed last, or not at all
    if head -n 100 "$work/out" | grep -qx $id; then bad "$id is proposed"; else ok; fi
done
gives 0 "$VIPLAB" scan -q --free 5 -r "$capture"
same "as many as asked for" "$(wc -l <"$work/out" | tr -d ' ')" 5
best=$(head -n 1 "$work/out")

gives 1 "$VIPLAB" scan -q --want 51 -r "$capture"
gives 1 "$VIPLAB" scan -q --want "$best,51" -r "$capture"
gives 0 "$VIPLAB" scan -q --want "$best,47" -r "$capture"
gives 0 "$VIPLAB" scan -r "$capture"
says '^not heard in .*confidence low' "$work/out"

# the best one instead of the script's 47
sed "s/vrid: 47}/vrid: $best}/; s/id: 47/id: $best/" "$script" >"$work/cured.yaml"
gives 0 "$VIPLAB" run -q --keep never "$work/cured.yaml"
if cmp -s "$script" "$work/cured.yaml"; then bad "the same script"; else ok; fi
finish
