#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top on a real terminal: suspension, signals, crashes: it is restored, and the status tells.
. tests/top/terminal.sh

shell
keys "stty -a >stty.before" Enter
sleep 0.5


keys "$top --at 20s --view ha sim:$script" Enter
seen '! ID 1  vrid-collision'
# suspended and resumed
keys C-z; seen 'Stopped'
restored '' "suspended"
keys fg Enter; seen '\[2 HA\]'; seen '! ID 1  vrid-collision'
same "back" "$(ask '#{alternate_on}')" 1
keys q; restored 0 "q"
keys "$top sim:$script" Enter; seen '\[1 Servers\]'; keys F10; restored 0 "F10"
keys "$top --mouse sim:$script" Enter; seen '\[1 Servers\]'; keys C-c; restored 130 "Ctrl-C"

# signals: the terminal is restored, and the status is 128 + n
for number in 15:TERM 1:HUP 11:SEGV 6:ABRT; do
    keys "$top --view ha sim:$script & echo \$! >pid; fg" Enter
    seen '\[2 HA\]'
    kill -"${number#*:}" "$(cat pid)"
    restored "$((128 + ${number%:*}))" "SIG${number#*:}"
done
finish
