#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top on a real terminal: views by key, every size, a simulation steered.
. tests/top/terminal.sh

shell
keys "stty -a >stty.before" Enter
sleep 0.5


# views by letter and by F-key, help, quit
keys "$top --at 20s --view ha sim:$script" Enter
seen '! ID 1  vrid-collision'
same "on the other screen" "$(ask '#{alternate_on} #{cursor_flag}')" "1 0"
keys 3; seen '\[3 IDs\]'; seen 'X CONFLICT'
keys F5; seen '\[4 Events\]'; seen ' moved from '
keys '?'; seen 'No key changes anything'
keys Escape; seen '\[4 Events\]'
keys F3; seen '\[2 HA\]'
keys '/'; keys 'cisco'; keys Enter; sleep 0.3
same "the filter" "$(screen | grep -c ' lb2 ')" 0
keys Escape; seen ' lb2 '

# every size, in every view, also with a list over it: alive, and nothing of another size stays
for size in 120x40 40x8 20x3 200x60 80x24; do
    $T resize-window -x "${size%x*}" -y "${size#*x}"
    for view in 1 2 3 4; do
        keys $view
    done
    sleep 0.3
    [ "$(ask '#{alternate_on}')" = 1 ] && ok || bad "gone at $size"
done
keys 2; seen '\[2 HA\]'
same "one title" "$(screen | grep -c 'viplab top')" 1
keys x; seen 'crash: cisco'; $T resize-window -x 100 -y 30; seen 'crash: cisco'; $T resize-window -x 80 -y 24
keys Escape; sleep 0.2; seen '\[2 HA\]'

keys q; restored 0 "q"

# a simulation: pace, a fault by key, the script that e writes
keys clear Enter
keys "$top --view events --speed 20 sim:$script" Enter
seen 'REPLAY x20'
keys '>'; seen 'REPLAY x40'; keys '<'; keys '<'; seen 'REPLAY x10'
keys x; seen 'crash: cisco'; keys Enter; seen 'crash: cisco at'
seen 'cisco crashed'
keys e; seen 'written: viplab-'
keys R; sleep 0.3; keys q; restored 0 'a simulation'
same "the session is a script" "$(grep -c 'crash: cisco' viplab-*.yaml)" 1
gives 0 "$VIPLAB" check viplab-*.yaml
finish
