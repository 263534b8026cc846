#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The progress line: on a terminal, and wiped; nowhere else.
. tests/cli/lib.sh

command -v python3 >/dev/null 2>&1 || { echo "0 passed, 0 failed, 1 skipped: no python3 here"; exit 77; }
crash 3s >"$work/good.yaml"
cat >"$work/terminal.py" <<'END'
import os, pty, sys
out = []
def read(fd):
    data = os.read(fd, 1024)
    out.append(data)
    return data
status = pty.spawn(sys.argv[2:], read)
open(sys.argv[1], "wb").write(b"".join(out))
sys.exit(os.waitstatus_to_exitcode(status))
END
gives 0 env TERM=xterm python3 "$work/terminal.py" "$work/screen" "$VIPLAB" run --keep never "$work/good.yaml"
says "$(printf '^\r\\[0/1\\]  [^ ]*good.yaml\033\\[K\r\033\\[KPASS ')" "$work/screen"
same "nothing after it is wiped" "$(tail -n 1 "$work/screen" | grep -c '\[')" 0
gives 0 env TERM=dumb python3 "$work/terminal.py" "$work/screen" "$VIPLAB" run --keep never "$work/good.yaml"
same "a dumb terminal" "$(grep -c "$(printf '\033')" "$work/screen")" 0
gives 0 env TERM=xterm python3 "$work/terminal.py" "$work/screen" "$VIPLAB" run -q --keep never "$work/good.yaml"
same "quiet" "$(grep -c "$(printf '\033')" "$work/screen")" 0
gives 0 env TERM=xterm "$VIPLAB" run --keep never "$work/good.yaml"
silent "$work/err"
finish
