#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `make pure` accepts an engine of memory and strings and names each planted call that is none.
set -eu
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
cp -R "$SRCDIR/Makefile" "$SRCDIR/build-aux" "$house"
cd "$house"
passed=0 failed=0
ok()  { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

caught() {      # caught FILE INCLUDE EXPRESSION SAYING
    printf '#include <%s>\nlong f(long n);\nlong f(long n) { return (long)(%s); }\n' "$2" "$3" >"$1"
    if said=$(make pure 2>&1); then bad "$1 may call $3"
    else
        case $said in
        *"${1%.c}.o: calls $4"*) ok ;;
        *) bad "$1 calling $3: did not say \`${1%.c}.o: calls $4':"; echo "$said" ;;
        esac
    fi
    rm "$1"
}

mkdir -p sim/base sim/scenario
printf '#include <string.h>\nsize_t g(const char *s);\nsize_t g(const char *s) { return strlen(s); }\n' >sim/base/g.c
if said=$(make pure 2>&1); then ok; else bad "an engine that only measures a string"; echo "$said"; fi

caught sim/base/f.c     time.h   'time(0) + n'         'time (not on the list'
caught sim/base/f.c     stdio.h  'fopen("x", "r") != 0' 'fopen (not on the list'
caught sim/base/f.c     stdio.h  'printf("%ld", n)'    ''
caught sim/base/f.c     ctype.h  'isalpha((int)n)'     '__ctype_b_loc (not on the list'
caught sim/base/f.c     string.h 'strerror((int)n)[0]' 'strerror (not on the list'
caught sim/base/f.c     math.h   'sin((double)n)'      'sin (libm'
caught sim/scenario/f.c math.h   'pow((double)n, 0.3)' 'pow (libm'

# The scripts' folder reads files: there fopen is nothing to complain about.
printf '#include <stdio.h>\nFILE *f(void);\nFILE *f(void) { return fopen("x", "r"); }\n' >sim/scenario/f.c
if said=$(make pure 2>&1); then ok; else bad "a script reader that opens a file"; echo "$said"; fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
