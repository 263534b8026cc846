# SPDX-License-Identifier: BSD-2-Clause
# For the tests of the command line: cases that are counted, two small scripts. Sourced.
passed=0 failed=0
export LC_ALL=C

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "not ok: $*"; }

# same WHAT GOT WANT
same() {
    if [ "$2" = "$3" ]; then ok; else bad "$1"; printf -- '--- want\n%s\n--- got\n%s\n' "$3" "$2"; fi
}

# gives STATUS COMMAND...: its output is in $work/out and $work/err
gives() {
    want=$1 status=0
    shift
    "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    if [ "$status" = "$want" ]; then ok; else
        bad "exit status $status, not $want: $*"
        cat "$work/out" "$work/err"
    fi
}

# says PATTERN FILE
says() { if grep -q -e "$1" "$2"; then ok; else bad "$2 does not say: $1"; cat "$2"; fi; }
silent() { if [ -s "$1" ]; then bad "$1 is not empty"; cat "$1"; else ok; fi; }

finish() { echo "$passed passed, $failed failed"; [ "$failed" = 0 ]; }

# wall times are the machine's
mask() { sed -E 's/ +[0-9]+\.[0-9]{2} s /  W s /g' "$@"; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# crash SECONDS: the takeover is 2.828145 s after the crash at 10 s; the script expects it within this time
crash() {
    cat <<END
title: The Active router crashes
tags: [failover]
segments:
  lan: {net: 192.0.2.0/24}
nodes:
  r1: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1}]}
  r2: {kind: rfc, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 20, priority: 100, vip: 192.0.2.1}]}
timeline:
  - {at: 10s, crash: r1}
expect:
  - {becomes: active, of: r1, before: 4s}
  - {takeover: r2, id: 20, after: 10s, within: under $1}
  - {never: dual-active, id: 20}
until: 20s
END
}
