#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The same scripts give the same digest: twice, with other --jobs, another locale, time zone, folder, and with every
# build that is here (compilers, optimisation, sanitizers).
. tests/cli/lib.sh

mkdir -p "$work/s/a" "$work/s/b"
crash 3s >"$work/s/a/crash.yaml"
crash 2.8s >"$work/s/a/fails.yaml"
crash 3s | sed 's/- {at: 10s, crash: r1}/- {at: 4s, loss: {r2: 30%}}/; /takeover/d; /never/d' >"$work/s/b/lossy.yaml"
crash 3s | sed 's/kind: rfc/kind: keepalived-2.2/; /takeover/d' >"$work/s/b/keepalived.yaml"
for f in "$SRCDIR"/scenarios/vrid-collision/loadmaster-*.yaml; do [ -e "$f" ] && cp "$f" "$work/s/b/"; done
cd "$work"

output() { "$@" run --keep never -o "$work/r.json" s 2>&1 | mask; }
want=$(output "$VIPLAB")
cp r.json want.json
says 'digest [0-9a-f]\{8\}$' - <<END
$want
END

again() {   # again WHAT COMMAND...
    what=$1
    shift
    same "$what" "$(output "$@")" "$want"
    if cmp -s r.json want.json; then ok; else bad "$what: other results in JSON"; fi
}
again "twice" "$VIPLAB"
for locale in C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8; do again "locale $locale" env LC_ALL=$locale "$VIPLAB"; done
again "time zone" env TZ=Asia/Kathmandu "$VIPLAB"
again "no environment" env -i "$VIPLAB"
for jobs in 1 2 7; do
    same "--jobs $jobs" "$("$VIPLAB" run --keep never --jobs $jobs s 2>&1 | mask)" "$want"
done
# evidence of every run, the pictures made of it and JUnit (but for its times) are the same bytes for any --jobs
for jobs in 1 3 7; do
    mkdir jobs$jobs
    (
        cd jobs$jobs || exit 3
        "$VIPLAB" run --keep always --out out --jobs $jobs --junit junit.xml ../s >/dev/null 2>&1
        "$VIPLAB" report out -o report.svg -o report.html -o report.tsv >/dev/null 2>&1
        sed -i 's/ time="[^"]*"//g; s/ timestamp="[^"]*"//g' junit.xml
    )
done
same "what is compared" "$(($(find jobs1/out -name run.pcapng | wc -l) >= 4)) $(($(find jobs1/out -name report.html | wc -l) >= 4)) \
$(($(grep -c '<testsuite ' jobs1/junit.xml) >= 4)) $(($(grep -c "<svg" jobs1/report.svg) >= 1))" "1 1 1 1"
for jobs in 3 7; do same "--jobs $jobs: the same bytes" "$(diff -rq jobs1 jobs$jobs)" ""; done
mkdir elsewhere
same "another folder" "$(cd elsewhere && "$VIPLAB" run --keep never ../s 2>&1 | mask | tail -n 1)" \
    "$(echo "$want" | tail -n 1)"
for other in "$SRCDIR"/build/*/viplab; do
    if [ "$other" = "$VIPLAB" ] || [ ! -x "$other" ]; then
        continue
    elif [ -n "$(find "$SRCDIR/sim" "$SRCDIR/analyzers" -name '*.[ch]' -newer "$other" | head -n 1)" ]; then
        echo "not compared, older than the sources: ${other#"$SRCDIR"/}"
    else
        again "${other#"$SRCDIR"/}" "$other"
    fi
done
finish
