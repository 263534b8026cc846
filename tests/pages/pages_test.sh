#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab report of runs: what the evidence holds, the rules that keep a page readable everywhere and aloud, the same bytes,
# the numbers, golden pictures.
set -u
. "$SRCDIR/tests/cli/lib.sh"
golden=$SRCDIR/tests/golden/pages
cd "$work" || exit 3

crash 2s >crash.yaml
gives 1 "$VIPLAB" run --out kept crash.yaml
page=kept/crash/report.html
if [ -s "$page" ]; then ok; else bad "the evidence has no report.html"; fi

# --- the same bytes, wherever it is made from ---------------------------------------------------------------------
gives 0 "$VIPLAB" report kept/crash -o a.html -o a.svg -o a.md -o a.tsv
gives 0 "$VIPLAB" report kept/crash/journal.jsonl -o b.html -o b.svg -o b.md -o b.tsv
same "a page is that of the evidence" "$(cksum <a.html)" "$(cksum <$page)"
for form in html svg md tsv; do same "twice the same $form" "$(cksum <b.$form)" "$(cksum <a.$form)"; done
gives 0 "$VIPLAB" report kept/crash
same "Markdown is the default" "$(cksum <out)" "$(cksum <a.md)"
gives 0 "$VIPLAB" report -f tsv kept/crash
same "-f tsv" "$(cksum <out)" "$(cksum <a.tsv)"

# --- rules of a page ----------------------------------------------------------------------------------------------
# rules FILE: no script, style or anything from elsewhere; every picture has a title, a sentence and its numbers
rules() {
    gives 0 xmllint --noout "$1"
    if grep -qiE '<script|<style|style=|<link|<iframe|<object|javascript:|data:| on[a-z]+=|<img|url\(' "$1"; then
        bad "$1 has what Jenkins' policy removes"
    else ok; fi
    same "$1: nothing from elsewhere" "$(sed 's|http://www.w3.org/2000/svg||g' "$1" | grep -c 'https*://')" 0
    count() { xmllint --xpath "count($1)" "$2"; }
    svg="//*[local-name()='svg']"
    pictures=$(count "$svg" "$1")
    same "$1: pictures are images" "$(count "${svg}[@role='img']" "$1")" "$pictures"
    same "$1: a title first" "$(count "$svg/*[1][local-name()='title' and string-length(.) > 3]" "$1")" "$pictures"
    same "$1: a sentence" "$(count "$svg/*[2][local-name()='desc' and string-length(.) > 20]" "$1")" "$pictures"
    same "$1: names that exist" \
        "$(count "${svg}[@aria-labelledby=concat(*[1]/@id, ' ', *[2]/@id)]" "$1")" "$pictures"
    same "$1: no id twice" "$(grep -o ' id="[^"]*"' "$1" | sort | uniq -d)" ""
}
rules_of_html() {
    rules "$1"
    same "$1: one main heading" "$(count //h1 "$1")" 1
    same "$1: a language" "$(xmllint --xpath 'string(/html/@lang)' "$1")" en
    same "$1: numbers behind each picture" "$(count '//figure[*][not(following-sibling::details//td) and not(following-sibling::table)]' "$1")" \
        "${2:-0}"
    same "$1: tables have captions" "$(count '//table[caption]' "$1")" "$(count //table "$1")"
    same "$1: columns have heads" "$(count '//table/thead/tr/th[not(@scope="col")]' "$1")" 0
    same "$1: rows have heads" "$(count '//tbody/tr[not(th[@scope="row"])]' "$1")" 0
    same "$1: links lead somewhere" "$(count '//a[not(substring(@href, 2) = //@id)]' "$1")" 0
    same "$1: no level of headings is left out" "$(count '//h3[not(ancestor::section/h2)]' "$1")" 0
    if [ "$(wc -c <"$1")" -lt 500000 ]; then ok; else bad "$1 is larger than 500 kB"; fi
}
if command -v xmllint >/dev/null 2>&1; then
    rules_of_html a.html
    same "two pictures or more" "$(($(count "//*[local-name()='svg']" a.html) >= 3))" 1
    rules a.svg
fi
if command -v tidy >/dev/null 2>&1; then
    tidy -qe --drop-empty-elements no a.html 2>tidy || true
    same "tidy has nothing to say" "$(cat tidy)" ""
fi

# --- the numbers --------------------------------------------------------------------------------------------------
says '<h1>viplab: The Active router crashes</h1>' a.html
says 'r2 takes vrrp 20 over at 12.828145 s, 2.828145 s after r1 ceased' a.html
says '^12.828145	vrrp 20	r2	takes over	r1	2.828145$' a.tsv
says '^10.000	vrrp 20	r1	off$' a.tsv
says '^FAILED	12	{takeover: r2, id: 20, after: 10s, within: under 2s}	' a.tsv
says 'viplab run --seed 1 --until' a.html
says '  section r2 vrrp 20' a.md
says '  Active :12828, 20000' a.md
gives 0 "$VIPLAB" report kept/crash --only failover -o only.tsv
same "--only" "$(grep -c '^#' only.tsv)" 1
gives 0 "$VIPLAB" report kept/crash --only ids,actives -o only.svg
same "--only of pictures" "$(grep -c '<svg' only.svg)" 3

# --- for other tools: the same numbers ---------------------------------------------------------------------------
"$VIPLAB" run --keep always --out stormy "$SRCDIR/scenarios/storm/slow-start.yaml" >/dev/null 2>&1
gives 0 "$VIPLAB" report stormy -o plot.gp -o share.vl.json -o data.tsv
if command -v jq >/dev/null 2>&1; then
    same "Vega-Lite" "$(jq -r '."$schema"' share.vl.json)" "https://vega.github.io/schema/vega-lite/v5.json"
    same "its rows: 14 samples of 5 services of 4 servers" "$(jq '.data.values | length' share.vl.json)" 280
    same "a weight of the ramp" "$(jq -c '.data.values[] | select(.server == "linear" and .t == 8) | .weight | round' share.vl.json)" \
        "$(awk -F '\t' '/^# weight.*service linear/ { on = 1; next } on && $1 == "8 s" { print $5; exit }' data.tsv)"
    same "every share of every moment is 100 % or nothing" \
        "$(jq '[.data.values | group_by([.service, .t])[] | map(.share // 0) | add | round] | unique | map(select(. != 0 and . != 100)) | length' share.vl.json)" 0
fi
same "gnuplot: data for each" "$(grep -c '^\$[a-z]*_0_[0-4] << EOD$' plot.gp) $(grep -c '^plot ' plot.gp) $(grep -c '^EOD$' plot.gp)" "15 15 15"
same "gnuplot: columns" "$(sed -n '/^\$share_0_0/,/^EOD/p' plot.gp | awk 'NF == 5' | wc -l | tr -d ' ')" 14
if command -v gnuplot >/dev/null 2>&1; then
    gives 0 gnuplot plot.gp
    says '</svg>' out
else
    echo "skipped: gnuplot reads its script (no gnuplot here)"
fi

# --- golden pictures ------------------------------------------------------------------------------------------------
# A changed picture is looked at first; then: GOLDEN=1 makes it the new one.
golden() {
    if [ "${GOLDEN:-0}" = 1 ]; then cp "$1" "$golden/$2"; fi
    if cmp -s "$1" "$golden/$2"; then ok; else bad "$2 has changed: $(diff "$1" "$golden/$2" | head -5)"; fi
}
golden a.svg crash.svg
golden a.md crash.md
gives 0 "$VIPLAB" run --keep always --out kept "$SRCDIR/scenarios/storm/accept-rate.yaml"
storm=$(echo kept/*accept-rate)
gives 0 "$VIPLAB" report "$storm" -o storm.html -o storm.svg -o storm.tsv
golden storm.svg storm.svg
if command -v xmllint >/dev/null 2>&1; then rules_of_html storm.html; fi
# shares in the table are those of the journal: rs4's connections are counted there
opened=$(grep '"balancer.open"' "$storm/journal.jsonl" | grep -c '"server":"rs4"')
same "connections of a server" "$(sed -n '/^# servers/,/^$/p' storm.tsv | awk -F'\t' '$1 == "rs4" { print $2 }')" "$opened"

# --- runs beside each other -------------------------------------------------------------------------------------------
gives 1 "$VIPLAB" run -q --seeds 1..6 --keep always --out seeds crash.yaml
gives 0 "$VIPLAB" report seeds -o seeds.html -o seeds.tsv -o seeds.svg
if command -v xmllint >/dev/null 2>&1; then
    rules_of_html seeds.html 1 # the numbers of the comparison stand before its picture
    rules seeds.svg
fi
same "a row a run" "$(sed -n '/^# runs/,/^$/p' seeds.tsv | grep -c '^crash.seed-')" 6
says 'Of 6 takeovers after a gap half took at most' seeds.html
gives 0 "$VIPLAB" report seeds/crash.seed-1 seeds/crash.seed-2 -o two.html
if command -v xmllint >/dev/null 2>&1; then rules_of_html two.html 1; fi

# --- of a capture ------------------------------------------------------------------------------------------------------
capture=$SRCDIR/tests/captures/real-daemons/b-keepalived-ucarp-same-id-span.pcap
gives 0 "$VIPLAB" report -q -r "$capture" -o capture.html -o capture.svg -o capture.json -o capture.md
if command -v xmllint >/dev/null 2>&1; then
    rules_of_html capture.html
    rules capture.svg
fi
says 'carp-collision' capture.html
says '"schema"' capture.json

# --- what is wrong is said ----------------------------------------------------------------------------------------------
gives 2 "$VIPLAB" report
gives 2 "$VIPLAB" report kept/crash -o page.pdf
says 'none of html, svg, md, tsv' err
gives 2 "$VIPLAB" report kept/crash --only share,nothing
says '`nothing. begins with no figure' err
gives 2 "$VIPLAB" report kept/crash -f check
gives 3 "$VIPLAB" report nowhere
says 'No such file' err
mkdir empty
gives 3 "$VIPLAB" report empty
says 'no journal.jsonl' err
echo 'no journal' >text
gives 3 "$VIPLAB" report text
says 'no line is a fact' err
gives 3 "$VIPLAB" report kept/crash -o no/such/folder/page.html
# a journal that ends in the middle of a line is still told
head -c 2000 kept/crash/journal.jsonl >cut.jsonl
gives 0 "$VIPLAB" report cut.jsonl -o cut.html
says 'lines of the journal could not be read' cut.html
# a hostile journal stays text
cat >evil.jsonl <<'END'
{"schema":"viplab.journal/1","t":"1.000000000","seq":0,"level":"warn","kind":"x.y","where":"<script>alert(1)</script>","msg":"\"><img src=x onerror=alert(1)> | ``` </details>","data":{}}
END
gives 0 "$VIPLAB" report evil.jsonl -o evil.html -o evil.md
if command -v xmllint >/dev/null 2>&1; then same "no element of theirs" "$(count '//script|//img' evil.html)" 0; fi
finish
