#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `make floors` is quiet on a house in order and names each planted violation with its file and line.
set -eu
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
cp -R "$SRCDIR/Makefile" "$SRCDIR/build-aux" "$house"
cd "$house"
passed=0 failed=0
ok()  { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

put() { mkdir -p "$(dirname "$1")"; printf '%s\n' '/* line 1 */' "$2" >"$1"; }
quiet() {
    if said=$(make floors 2>&1); then ok; else bad "$1"; echo "$said"; fi
}
caught() {      # caught FILE INCLUDE SAYING: planted, seen, named
    put "$1" "#include $2"
    if said=$(make floors 2>&1); then bad "$1 may include $2"
    else
        case $said in
        "$1:2: $3"*) ok ;;
        *) bad "$1 including $2: said \`$said', not \`$1:2: $3'" ;;
        esac
    fi
    rm "$1"
}

put sim/base/time.c '#include <time.h>'
put sim/wire/arp.c '#include "sim/base/time.h"'
put sim/vrrp/router.c '#  include "sim/stack/arp.h"'
put sim/scenario/run.c '#include "analyzers/conflict.h"'
put sim/scenario/cmd_run.c '#include "analyzers/report/text.h"'
put probes/cmd_scan.h '#include "analyzers/report/text.h"'
put viplab.c '#include "probes/cmd_scan.h"'
put tests/wire/arp_test.c '#include "sim/base/time.h"'
quiet "a house in order"

caught sim/base/up.c          '"sim/wire/arp.h"'            'floor 0 (sim/base) includes floor 1 (sim/wire)'
caught sim/vrrp/next.c        '"sim/carp/carp.h"'           'floor 3 (sim/vrrp) includes floor 3 (sim/carp)'
caught analyzers/next.h       '"sim/stack/arp.h"'           'floor 2 (analyzers) includes floor 2 (sim/stack)'
caught sim/scenario/wire.c    '"probes/live.h"'             'floor 7 (sim/scenario) includes what it may not see'
caught sim/world/judge.c      '"analyzers/conflict.h"'      'floor 6 (sim/world) includes what it may not see'
caught sim/base/angle.c       '<sim/wire/arp.h>'            'floor 0 (sim/base) includes floor 1 (sim/wire)'
caught sim/wire/near.c        '"arp.h"'                     '"arp.h" is not a path from the top'
caught analyzers/report/door.c '"probes/cmd_scan.h"'        'includes the door probes/cmd_scan.h'
caught tests/wire/high_test.c '"sim/vrrp/router.h"'         'floor 1 (sim/wire) includes floor 3 (sim/vrrp)'

put sim/attic/old.c ''
if said=$(make floors 2>&1); then bad "a folder without a floor"
else case $said in "sim/attic/old.c:1: folder sim/attic has no floor"*) ok ;; *) bad "said $said" ;; esac; fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
