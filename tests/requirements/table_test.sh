#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Reads the requirement table: each row has tests or a stated deviation, each test is in its program's source (and in
# what the program lists, where it is built), no id is there twice, no section of the rules is left out. Then the
# checker itself is shown broken tables, which it must refuse.
set -u
cd "$SRCDIR" || exit 1
table=tests/requirements/vrrp.tsv
failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# check TABLE: complaints on stdout, nothing when it is right
check() {
    grep -v -e '^#' -e '^$' "$1" | awk -F '\t' '
        NR == 1 { next }
        NF != 7 { print "line " NR ": " NF " columns, not 7: " $1; next }
        seen[$1]++ { print $1 ": twice" }
        $1 !~ /^[a-z0-9-]+$/ { print $1 ": no id" }
        { section[$2]++ }
        $3 == "-" || $3 == "" { print $1 ": no source" }
        length($4) < 10 { print $1 ": no rule" }
        ($5 == "-" || $6 == "-") && $7 == "-" { print $1 ": without a " ($5 == "-" ? "positive" : "negative") " test or a deviation" }
        $5 == "" || $6 == "" || $7 == "" { print $1 ": an empty column; write -" }
        END {
            for (i = 1; i <= 8; i++)
                if (!(("1." i) in section)) print "section 1." i ": no rule"
            for (s in section)
                if (s !~ /^1\.[1-8]$/) print "section " s ": unknown"
        }'
    tests_of "$1" | grep -v -F -x -f "$scratch/run" | sed 's/$/: no program runs it/'
    tests_of "$1" | grep -v -F -x -f "$scratch/defined" | sed 's/$/: no source defines it/'
}

# Every test that a table names, FOLDER/PROGRAM:TEST.
tests_of() {
    grep -v -e '^#' -e '^$' "$1" | awk -F '\t' 'NR > 1 { print $5 ";" $6 }' | tr ';' '\n' | grep -v '^-$' | sort -u
}

# The same of the sources: what programs run, and what they define.
awk -v run="$scratch/run" -v defined="$scratch/defined" '
    FNR == 1 { program = FILENAME; sub("^tests/", "", program); sub("_test[.]c$", "", program); open = 0 }
    /^static void [a-z0-9_]+\(void \*\*state\)$/ {
        name = $3; sub("[(].*", "", name); print program ":" name > defined
    }
    {
        # cmocka_unit_test( may stand on the line before its name
        line = (open ? "cmocka_unit_test(" : "") $0
        while (match(line, "cmocka_unit_test[(][ \t]*[a-z0-9_]*")) {
            name = substr(line, RSTART, RLENGTH); sub(".*[( \t]", "", name)
            line = substr(line, RSTART + RLENGTH)
            open = name == ""
            if (!open) print program ":" name > run
        }
    }' tests/*/*_test.c

complaints=$(check "$table")
# a program that is built later than its source has the name in it
tests_of "$table" | awk -F : -v to="$scratch/names." '{ program = $1; gsub("/", ".", program); print $2 > (to program) }'
for names in "$scratch"/names.*; do
    [ -f "$names" ] || continue
    program=${names##*/names.}
    program=${program%%.*}/${program#*.}
    [ -x "$BUILD/tests/${program}_test" ] && [ "$BUILD/tests/${program}_test" -nt "tests/${program}_test.c" ] || continue
    strings=$scratch/strings
    tr -c 'a-z0-9_' '\n' <"$BUILD/tests/${program}_test" | sort -u >"$strings"
    absent=$(grep -v -F -x -f "$strings" "$names")
    [ -z "$absent" ] || complaints="$complaints
$program was built without: $absent"
done
if [ -n "$complaints" ]; then
    echo "FAILED $table:"
    echo "$complaints"
    failed=1
fi

# refuses WHAT PATTERN SED...: the table changed by sed draws this complaint
refuses() {
    what=$1 pattern=$2
    shift 2
    sed "$@" "$table" >"$scratch/table"
    if ! check "$scratch/table" | grep -q -- "$pattern"; then
        echo "FAILED the checker lets pass: $what"
        failed=1
    fi
}

tab=$(printf '\t')
refuses 'an id that is there twice' 'const-vrid: twice' -e "s/^const-priority$tab/const-vrid$tab/"
refuses 'a test that is nowhere' 'ttl_other_than_256_is_refused: no program runs it' -e 's/:ttl_other_than_255_is_refused/:ttl_other_than_256_is_refused/'
refuses 'a program that is nowhere' 'vrrp/vrrp_nothing:.*: no source defines it' -e 's/vrrp_pair:/vrrp_nothing:/'
refuses 'a rule without a test' 'redirects: without a positive test' -e "s/${tab}not modelled: no box sends redirects/${tab}-/"
refuses 'a section without a rule' 'section 1.4: no rule' -e "/${tab}1\.4${tab}/d"
refuses 'a row with a column missing' 'columns, not 7' -e "/^jitter$tab/s/$tab[^$tab]*\$//"
refuses 'a row without a source' 'v2-type: no source' -e "/^v2-type$tab/s/${tab}RFC[^$tab]*/${tab}-/"

rules=$(grep -v -e '^#' -e '^$' "$table" | tail -n +2 | wc -l)
[ $failed -eq 0 ] && echo "$((rules)) rules, each with its tests or its reason"
exit $failed
