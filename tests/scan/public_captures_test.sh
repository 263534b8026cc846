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
    if ($1 != file || $3 == "-") next
    key = $3 "\tipv" $5 "\t" $6 "\t" $7
    adverts[key] = $8; senders[key] = $9; vips[key] = $10
    verdict[key] = ($11 == "ok") ? "ok" : "conflict"
    order[++n] = key
}
mode == "scanned" {
    if (FNR == 1 || $6 == "?" || $1 == "ccp" || $1 == "nlb" || $1 == "fgcp") next
    proto = ($1 ~ /^vrrp/) ? "vrrp" : ($1 == "hsrp") ? "hsrp1" : $1
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

# ---- what expected.tsv says in words: CCP and NLB
# "CCP cluster magic N, vlan V, ..." and "NLB heartbeat host H cluster A node B; ..." as rows of the scanner's TSV.
awk -F'\t' '$11 ~ /^CCP/ { split($11, w, /[ ,]+/); print $1 "\tccp\t" w[6] "\t" w[4] "\t-" }
$11 ~ /^NLB/ { n = split($11, part, /; */); for (i = 1; i <= n; i++) { split(part[i], w, " "); print $1 "\tnlb\t-\t" w[4] "\t" w[8] "\t" w[6] } }' \
    "$corpus/expected.tsv" >"$work/words"
while IFS='	' read -r file proto vlan id sender address; do
    timeout 20 "$VIPLAB" scan -q -f tsv -r "$corpus/$file" >"$work/tsv" 2>/dev/null </dev/null
    if [ "$proto" = ccp ]; then
        row=$(awk -F'\t' -v v="$vlan" -v i="$id" '$1 == "ccp" && $4 == v && $5 == i' "$work/tsv")
    else # the host's number stands where others have their priority
        row=$(awk -F'\t' -v s="$sender" -v a="$address" -v h="$id" '$1 == "nlb" && $6 == s && $8 == h && $10 == a' "$work/tsv")
    fi
    if [ -n "$row" ]; then passed=$((passed + 1)); else bad "$proto of $file"; cat "$work/tsv"; fi
done <"$work/words"
if [ "$(wc -l <"$work/words")" -lt 3 ]; then bad "expected.tsv has lost its words"; fi

# ---- README.md: the last column of its tables
# rows SECTION: "file<TAB>what must be reported" of the table under that heading.
rows() {
    awk -v section="$1" '/^## / { here = index($0, "`" section "/`") > 0 }
    here && /^\| / { n = split($0, c, / *\| */); if (c[2] != "file" && c[2] !~ /^-+$/) print c[2] "\t" c[n - 1] }' "$corpus/README.md"
}
frames() { sed -n 's/^ "capture"/&/; s/^  "frames": \([0-9]*\),$/\1/p' "$1"; }

# Virtual MACs in ordinary traffic: these IDs by their MAC, no others, no conflict.
rows vmac >"$work/vmac"
while IFS='	' read -r file must; do
    echo "${must#*ordinary traffic: }" | sed 's/[.;] /\n/g' |
        sed -n 's/^HSRPv1 group \([0-9]*\).*/hsrp	ipv4	\1/p; s/^HSRPv2 group \([0-9]*\).*/hsrp2	ipv4	\1/p
s/^HSRPv2-IPv6 group \([0-9]*\).*/hsrp2	ipv6	\1/p; s/^VRRP-IPv4\/CARP VRID \([0-9]*\).*/vrrp	ipv4	\1/p
s/^VRRP-IPv6 VRID \([0-9]*\).*/vrrp	ipv6	\1/p; s/^FGCP group\/port bytes 00[0-9a-f]*.*/fgcp	-	0/p' | sort -u >"$work/want"
    timeout 20 "$VIPLAB" scan -q -f tsv -r "$corpus/vmac/$file" >"$work/tsv" 2>/dev/null </dev/null
    status=$?
    awk -F'\t' 'FNR > 1 && $6 == "?" { print $1 "\t" $2 "\t" $5 }' "$work/tsv" | sort >"$work/got"
    if [ $status -ne 0 ]; then bad "status $status: vmac/$file"
    elif ! [ -s "$work/want" ]; then bad "cannot read what is expected of vmac/$file"
    elif ! cmp -s "$work/want" "$work/got"; then bad "MACs of vmac/$file"; diff "$work/want" "$work/got"
    elif [ "$(wc -l <"$work/got")" -ne "$(tail -n +2 "$work/tsv" | wc -l)" ]; then bad "more than MACs in vmac/$file"
    else passed=$((passed + 1)); fi
done <"$work/vmac"

# "N frames read, no virtual router". A link type that is not read is named, and the status is a failure; a file
# without a frame can say nothing; the modified pcap may be refused by name.
for section in negative format; do
    rows $section >"$work/rows"
    while IFS='	' read -r file must; do
        timeout 20 "$VIPLAB" scan -f json -r "$corpus/$section/$file" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        want=$(echo "$must" | sed -n 's/^\([0-9]*\) frames read, no virtual router.*/\1/p')
        case $must in
        *"named as unsupported"*)
            if [ $status -eq 3 ] && grep -q 'link type' "$work/err"; then passed=$((passed + 1))
            else bad "status $status: $section/$file"; fi
            continue ;;
        esac
        if [ "$want" = 0 ]; then wanted_status=3; else wanted_status=0; fi
        if [ -z "$want" ]; then bad "cannot read what is expected of $section/$file"
        elif [ $status -ne $wanted_status ]; then bad "status $status: $section/$file"; cat "$work/err"
        elif [ "$(frames "$work/out")" != "$want" ]; then bad "frames of $section/$file: $(frames "$work/out"), not $want"
        elif ! grep -q '^ "ids": \[\],$' "$work/out"; then bad "a virtual router in $section/$file"
        else passed=$((passed + 1)); fi
    done <"$work/rows"
done

# ---- malformed/README.md: frames, malformed and cut ones, of the files whose link type is read
# Where we count otherwise than that page, and why:
cat >"$work/otherwise" <<'WHY'
ndpi-badpackets.pcap 93 an IPv4 total length beyond the end of a whole frame, in each
ndpi-fuzz-2020-02-16-11740.pcap 19 the same, besides what the page counts; its VRRP has a wrong IPv4 checksum
pcapplusplus-clusterfuzz-testcase-FuzzTarget-5188876846235648 1 another IP version than the ethertype's, cut or not
pcapplusplus-clusterfuzz-testcase-minimized-FuzzTarget-5757531338309632 1 AH longer than its packet
pcapplusplus-clusterfuzz-testcase-minimized-FuzzTarget-6223613626941440 1 another IP version than the link type's
pcapplusplus-clusterfuzz-testcase-minimized-FuzzTarget-5696447256461312 0 nothing is there to contradict: one byte, no byte
tcpdump-LINKTYPE_IPV4_invalid.pcap 0 a sound IPv6 packet under link type IPv4 is read as what it is
tcpdump-arp-too-long-tha.pcap 1 an ARP of other address lengths than it states
tcpdump-heap-overflow-1.pcap 0 cut before the contradiction
tcpdump-hncp_dhcpv4data-oobr.pcap 1 an IPv4 total length beyond the end
tcpdump-hoobr_bfd_print.pcap 1 another IP version than the ethertype's
tcpdump-icmp-icmp_print-oobr-1.pcap 0 a wrong IPv4 checksum ends the reading before protocol 112
tcpdump-ip_printroute_asan.pcap 0 cut before the contradiction
tcpdump-ipv6-too-long-jumbo.pcap 1 jumbograms are not read: payload length 0 with extension headers
tcpdump-ipv6_jumbogram_invalid_length.pcap 1 the same
tcpdump-kh-timed-001-oobr.pcap 1 another IP version than the ethertype's
tcpdump-kh-timed-004-oobr.pcap 1 the same
tcpdump-pim_header_asan-2.pcap 1 cut before the contradiction
tcpdump-quic_32_bit_pointer_overflow.pcap 1 extension headers longer than the payload
tcpdump-rpki-rtr-oobr.pcap 1 an IPv4 total length beyond the end
tcpdump-rx_ubik-oobr.pcap 1 the same
zeek-ip6-ext-trunc.pcap 1 an extension header longer than the payload
zeek-ip6-trunc.pcap 0 cut before the contradiction
zeek-ipv4-internally-truncated-header.pcap 0 cut before the contradiction
zeek-trunc-hdr.pcap 0 cut before the contradiction
WHY
number() { sed -n "s/^  \"$1\": \([0-9]*\),\$/\1/p" "$work/out"; }
sum() { echo "$1" | grep -o "[0-9]* $2" | awk '{ n += $1 } END { print n + 0 }'; }
awk '/^\| / { n = split($0, c, / *\| */); if (c[2] != "file" && c[2] !~ /^-+$/) print c[2] "\t" c[n - 2] "\t" c[n - 1] }' \
    "$corpus/malformed/README.md" >"$work/rows"
read=0
while IFS='	' read -r file holds must; do
    timeout 20 "$VIPLAB" scan -f json -r "$corpus/malformed/$file" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    # A refused file is named above; here those that were read, and to their end or to their damage.
    if [ $status -gt 1 ] && ! grep -q '"frames": [1-9]' "$work/out"; then continue; fi
    if grep -q 'frames of link type' "$work/err"; then continue; fi
    malformed=$(awk -v f="$file" '$1 == f { print $2 }' "$work/otherwise")
    [ -n "$malformed" ] || malformed=$(sum "$must" malformed)
    case $must in # rewritten by libpcap, or a record that is there in part
    *"after frame 0"*) continue ;;
    esac
    read=$((read + 1))
    cut=$(sum "$must" "cut by")
    # "tshark N frames" is not ours; the first count is. Two files have a frame cut that the page does not call so.
    if [ "$(number frames)" != "$(echo "$holds" | sed -n 's/.*; \([0-9]*\) frames; tshark.*/\1/p')" ]; then bad "frames of malformed/$file: $(number frames)"
    elif [ "$(number frames_malformed)" != "$malformed" ]; then bad "malformed frames of malformed/$file: $(number frames_malformed), not $malformed"
    elif [ "$(number frames_cut)" != "$cut" ]; then
        case $file in
        tcpdump-mptcp-dss-oobr.pcap | tcpdump-rpl-dao-oobr.pcap) passed=$((passed + 1)) ;;
        *) bad "cut frames of malformed/$file: $(number frames_cut), not $cut" ;;
        esac
    elif grep -q '"evidence": "adv"' "$work/out"; then bad "a virtual router in malformed/$file"
    else passed=$((passed + 1)); fi
    case $must in
    *"damaged file"*) if grep -q '"complete": false' "$work/out" && [ -s "$work/err" ]; then passed=$((passed + 1)); else bad "no word of the damage in malformed/$file"; fi ;;
    esac
done <"$work/rows"
if [ $read -lt 120 ]; then bad "only $read of the malformed captures were read"; fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
