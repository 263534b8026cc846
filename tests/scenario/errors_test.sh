#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Bad scripts and their exact messages: tests/golden/errors/NAME.yaml against NAME.txt, and what cannot lie in a
# repository (a file that may not be read, a pipe, a bomb). `errors_test.sh --accept` writes the messages anew.
set -u
viplab=$(cd "$(dirname "$VIPLAB")" && pwd)/$(basename "$VIPLAB")
passed=0 failed=0 skipped=0
scratch=$(mktemp -d) || exit 1
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
cd "$SRCDIR/tests/golden/errors" || exit 1

# expect NAME WANTED_FILE COMMAND...: exit status 2, nothing on stdout, these messages on stderr
expect() {
    name=$1 wanted=$2
    shift 2
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    # of a coverage build whose counters somebody else (below) may not write
    sed -i '/^profiling:/d' "$scratch/err"
    if [ $status -eq 2 ] && [ ! -s "$scratch/out" ] && cmp -s "$scratch/err" "$wanted"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $name: exit status $status, wanted 2"
        cat "$scratch/out"
        diff "$wanted" "$scratch/err"
    fi
}

for script in *.yaml; do
    name=${script%.yaml}
    if [ "${1-}" = --accept ]; then
        "$viplab" check "$script" >/dev/null 2>"$name.txt" && echo "accepted as right: $script"
    fi
    expect "$name" "$name.txt" "$viplab" check "$script"
done

message() { printf '%s\n' "$1" >"$scratch/want"; }

message 'nowhere.yaml: No such file or directory'
expect missing-file "$scratch/want" "$viplab" check nowhere.yaml

mkdir "$scratch/empty"
message "$scratch/empty: no script below this directory (*.yaml)"
expect directory-without-scripts "$scratch/want" "$viplab" check "$scratch/empty"

mkfifo "$scratch/pipe.yaml"
message "$scratch/pipe.yaml: not a regular file"
expect pipe "$scratch/want" timeout 5 "$viplab" check "$scratch/pipe.yaml"

echo 'title: x' >"$scratch/locked.yaml"
chmod 000 "$scratch/locked.yaml"
message "$scratch/locked.yaml: Permission denied"
# The superuser may read everything: then somebody else looks.
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 755 "$scratch"
if [ ! -r "$scratch/locked.yaml" ]; then
    expect unreadable-file "$scratch/want" "$viplab" check "$scratch/locked.yaml"
elif $nobody "$viplab" check --help >/dev/null 2>&1; then
    expect unreadable-file "$scratch/want" $nobody "$viplab" check "$scratch/locked.yaml"
else
    skipped=$((skipped + 1))
fi

# 20,000 brackets take libyaml's own loader six seconds.
awk 'BEGIN { printf "nodes: "; for (i = 0; i < 20000; i++) printf "["; print "" }' >"$scratch/bomb.yaml"
message "$scratch/bomb.yaml:1:71: nested deeper than 64 levels"
expect bomb "$scratch/want" timeout 2 "$viplab" check "$scratch/bomb.yaml"

awk 'BEGIN { printf "nodes: ["; for (i = 0; i < 60000; i++) printf "a,"; print "]" }' >"$scratch/wide.yaml"
message "$scratch/wide.yaml:1:100003: more than 50000 values, too many for a script"
expect too-many-values "$scratch/want" timeout 2 "$viplab" check "$scratch/wide.yaml"

head -c 2000000 /dev/zero | tr '\0' '#' >"$scratch/large.yaml"
message "$scratch/large.yaml: larger than 1024 KiB, too large for a script"
expect too-large "$scratch/want" "$viplab" check "$scratch/large.yaml"

message 'viplab check: which scripts?
try: viplab check --help'
expect no-argument "$scratch/want" "$viplab" check

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
