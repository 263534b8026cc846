#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The scanner over a corpus of public captures: no crash, no hang, a valid document, the right exit status, and the
# groups, advertisements, senders, addresses and verdicts of its expected.tsv. The corpus is not part of the tree:
# VIPLAB_PUBLIC_CAPTURES names its folder, else ../shared/captures/public beside the checkout is tried.
set -u
corpus=${VIPLAB_PUBLIC_CAPTURES:-$SRCDIR/../shared/captures/public}
if [ ! -f "$corpus/expected.tsv" ]; then
    echo "no public captures: VIPLAB_PUBLIC_CAPTURES names no folder with an expected.tsv"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
passed=0 failed=0
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

if command -v jq >/dev/null 2>&1; then valid() { jq -e . "$1" >/dev/null 2>&1; }
elif command -v python3 >/dev/null 2>&1; then valid() { python3 -m json.tool <"$1" >/dev/null 2>&1; }
else valid() { [ -s "$1" ]; }
fi

# ---- every file: survives, says something valid
find "$corpus" -type f ! -name README.md ! -name SHA256SUMS ! -name expected.tsv | sort >"$work/files"
while IFS= read -r file; do
    timeout 20 "$VIPLAB" scan -f json -r "$file" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ $status -gt 3 ]; then bad "status $status: $file"; head -5 "$work/err"
    elif [ $status -eq 2 ]; then bad "status 2 for a file: $file"
    elif ! valid "$work/out"; then bad "no valid JSON: $file"
    elif [ $status -eq 3 ] && ! [ -s "$work/err" ]; then bad "status 3 without a reason: $file"
    else passed=$((passed + 1)); fi
done <"$work/files"

# ---- expected.tsv: one group a line
# From the scanner's TSV: proto, af, vlan, id, advertisements, senders, addresses, verdict; sets sorted.
cat >"$work/groups.awk" <<'AWK'
function sorted(list, separator,    part, n, i, j, t, text, seen) {
    n = split(list, part, separator)
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && part[j - 1] > part[j]; j--) { t = part[j]; part[j] = part[j - 1]; part[j - 1] = t }
    for (i = 1; i <= n; i++)
        if (part[i] != "" && !(part[i] in seen)) { seen[part[i]]; text = text (text == "" ? "" : ";") part[i] }
    return text
}
function show(key) {
    print key "\t" adverts[key] "\t" sorted(senders[key], ";") "\t" sorted(vips[key], ";") "\t" verdict[key]
}
BEGIN { FS = "\t" }
mode == "expected" {
    if ($1 != file || ($3 != "vrrp" && $3 != "carp")) next
    key = $3 "\tipv" $5 "\t" $6 "\t" $7
    adverts[key] = $8; senders[key] = $9; vips[key] = $10
    verdict[key] = ($11 == "ok") ? "ok" : "conflict"
    order[++n] = key
}
mode == "scanned" {
    if (FNR == 1 || $6 == "?") next
    proto = ($1 ~ /^vrrp/) ? "vrrp" : $1
    key = proto "\t" $2 "\t" $4 "\t" $5
    if (!(key in adverts)) order[++n] = key
    adverts[key] = $12
    senders[key] = senders[key] ";" $6
    if ($10 != "hidden" && $10 != "-") { gsub(/,/, ";", $10); vips[key] = vips[key] ";" $10 }
    verdict[key] = ($13 == "conflict") ? "conflict" : "ok"
}
END { for (i = 1; i <= n; i++) show(order[i]) }
AWK
cut -f1 "$corpus/expected.tsv" | tail -n +2 | sort -u >"$work/expected.files"
while IFS= read -r file; do
    awk -v mode=expected -v file="$file" -f "$work/groups.awk" "$corpus/expected.tsv" | sort >"$work/want"
    timeout 20 "$VIPLAB" scan -q -f tsv -r "$corpus/$file" >"$work/tsv" 2>"$work/err" </dev/null
    status=$?
    awk -v mode=scanned -f "$work/groups.awk" "$work/tsv" | sort >"$work/got"
    if grep -q 'conflict$' "$work/want"; then want=1; else want=0; fi
    if [ $status -ne $want ]; then bad "status $status, not $want: $file"
    elif ! cmp -s "$work/want" "$work/got"; then bad "groups of $file"; diff "$work/want" "$work/got"
    else passed=$((passed + 1)); fi
done <"$work/expected.files"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
