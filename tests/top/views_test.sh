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
at=$(screen | sed -n 's/.*crash: cisco at \([0-9.]*\) s; .*/\1/p')
seen 'cisco crashed'
keys x; seen 'crash: cisco'; keys j Enter; seen 'restart: cisco at'
again=$(screen | sed -n 's/.*restart: cisco at \([0-9.]*\) s; .*/\1/p')
seen 'cisco started'
keys e; seen 'written: viplab-'
keys R; sleep 0.3; keys q; restored 0 'a simulation'
same "the session is a script" "$(grep -c 'at: .*crash: cisco' viplab-*.yaml) $(grep -c 'at: .*restart: cisco' viplab-*.yaml)" "1 1"
gives 0 "$VIPLAB" check viplab-*.yaml
same "a page" "$(grep -c '<h1>viplab top: ' viplab-*.html)" 1
! grep -qi '<script\|style' viplab-*.html && ok || bad "a script or a style in the page"

# the script is the session: who plays it has the same faults at the same moments, and the same run each time
"$VIPLAB" run --keep always --out replay viplab-*.yaml >replay.first 2>&1
"$VIPLAB" run --keep always --out replay2 viplab-*.yaml >replay.second 2>&1
journal=$(find replay -name journal.jsonl)
moment() { sed -n "s/.*\"t\":\"\([0-9]*\.[0-9][0-9][0-9]\)[0-9]*\".*\"kind\":\"world.node\".*cisco $1.*/\1/p" "$journal" | tail -n 1; }
same "the crash is played at its moment" "$(moment crashed)" "$at"
same "the restart is played at its moment" "$(moment started)" "$again"
same "the same run each time" "$(cksum <"$(find replay2 -name journal.jsonl)")" "$(cksum <"$journal")"
"$VIPLAB" run --keep always --out before "$script" >before.first 2>&1
before=$(find before -name journal.jsonl)
same "up to the fault the run is the script's own" "$(awk -F '"t":"' -v at="$at" '{ split($2, t, "\""); if (t[1] < at + 0) print }' "$journal" | cksum)" \
    "$(awk -F '"t":"' -v at="$at" '{ split($2, t, "\""); if (t[1] < at + 0) print }' "$before" | cksum)"

# W keeps how it looks; nothing else writes it
[ ! -e config ] && ok || bad "settings were written without W"
keys clear Enter
keys "$top --at 20s sim:$script" Enter
seen '\[1 Servers\]'
# the folder's name may be longer than the line: where it was written is seen below
keys 3 c c s a; keys W; seen 'settings written: /'
keys q; restored 0 'W'
same "the settings" "$(sed -n '/^view\|^theme\|^sort\|^family\|^glyphs/p' config/viplab/viplab.conf | tr '\n' ';')" \
    "view = ids;glyphs = auto;theme = safe;sort = name;family = ipv6;"
printf '\n[names]\n192.0.2.1 = somebody\n' >>config/viplab/viplab.conf
keys "$top --at 20s sim:$script" Enter
seen '\[3 IDs\].*IPv6'
keys a; keys W; seen 'settings written'
keys q; restored 0 'W again'
same "W leaves the rest" "$(grep -c '^192.0.2.1 = somebody$' config/viplab/viplab.conf) $(grep -c '^family = ipv4' config/viplab/viplab.conf)" "1 1"
keys "$top --config - --at 20s sim:$script" Enter
seen '\[1 Servers\]'; keys W; seen 'there is no settings file'
keys q; restored 0 'no settings'
echo 'colour = red' >>config/viplab/viplab.conf
gives 2 "$VIPLAB" top --once "sim:$script"
says 'viplab.conf:[0-9]*: there is no key `colour. in .top.' err
finish
