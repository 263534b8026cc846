#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The HSRP and GLBP scripts: each passes, its capture has nothing that tshark calls malformed, and `scan -r` of that
# capture, which knows nothing of the script, gives the codes that the script says (`findings:`) and no others.
set -u
cd "$SRCDIR" || exit 1
. tests/cli/lib.sh

# said SCRIPT: the codes of its `findings:`, one a line
said() {
    sed -n 's/^ *- {findings: \[\{0,1\}\([a-z, -]*\)\]\{0,1\}.*/\1/p' "$1" | tr ',' '\n' | tr -d ' ' | grep -v '^none$' | sort
}

# found CAPTURE: what the scanner tells (conflicts, suspicions and warnings), but for information: that a group is
# there, and that an ID is a default
found() {
    "$VIPLAB" scan -r "$1" -f json 2>"$work/err" >"$work/scan.json"
    sed -n 's/.*"code": *"\([a-z0-9-]*\)".*/\1/p' "$work/scan.json" | grep -v -e '^default-id$' -e '^hsrp-group$' -e '^glbp-group$' | sort -u
}

for script in scenarios/hsrp/*.yaml scenarios/glbp/*.yaml; do
    gives 0 "$VIPLAB" run -q --keep always --out "$work/run" "$script"
    capture=$(find "$work/run" -name run.pcapng | head -1)
    same "$script" "$(found "$capture")" "$(said "$script")"
    if command -v tshark >/dev/null; then
        same "$script: malformed" "$(tshark -r "$capture" -Y _ws.malformed 2>/dev/null)" ""
    fi
    rm -rf "$work/run"
done
finish
