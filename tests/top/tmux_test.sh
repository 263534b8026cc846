#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top on a real terminal (tmux on a socket of its own): keys, resizes, signals, suspension; the terminal is restored.
. tests/cli/lib.sh
command -v tmux >/dev/null 2>&1 || { echo "no tmux here"; exit 77; }
case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB ;; esac
export LC_ALL=C.UTF-8 TZ=UTC
unset NO_COLOR ACCESSIBLE TMUX
script=$PWD/scenarios/vrid-collision/loadmaster-vrrp.yaml
cd "$work"
sessions=0
T="tmux -S $work/socket -f /dev/null"
trap '$T kill-server 2>/dev/null; rm -rf "$work"' EXIT

# shell: a shell in a terminal of its own. ask FORMAT: what tmux says of it
shell() {
    $T kill-server 2>/dev/null
    sessions=$((sessions + 1))
    T="tmux -S $work/socket$sessions -f /dev/null"
    $T new-session -d -x "${1:-80}" -y "${2:-24}" "env PS1=ready: TERM=${3:-screen} ${4:-} sh" || bad "tmux"
    seen 'ready:'
}
ask() { $T display-message -p "$1"; }
screen() { $T capture-pane -p; }
keys() { $T send-keys "$@"; }
# seen PATTERN: within 20 s; gone PATTERN
seen() { n=0; until screen | grep -q -e "$1"; do n=$((n + 1)); [ $n -lt 200 ] || { bad "not on the screen: $1"; screen; return; }; sleep 0.1; done; ok; }
# restored STATUS WHAT: the program has ended with it (or, without, was stopped), and the terminal is as it was
restored() {
    n=0
    until [ "$(ask '#{alternate_on}')" = 0 ] || [ $n = 200 ]; do n=$((n + 1)); sleep 0.1; done
    sleep 0.3
    same "$2: the screen" "$(ask '#{alternate_on} #{cursor_flag} #{mouse_any_flag}')" "0 1 0"
    rm -f stty.now
    keys C-u "echo status \$? >status; stty -a >stty.part; mv stty.part stty.now" Enter
    n=0; until [ -s stty.now ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
    same "$2: stty" "$(cat stty.now)" "$(cat stty.before)"
    [ -z "$1" ] || same "$2: status" "$(cat status)" "status $1"
    keys clear Enter
}
top="$VIPLAB top --glyphs blocks"

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
        sleep 0.2
        [ "$(ask '#{alternate_on}')" = 1 ] && ok || bad "gone at $size"
    done
done
keys 2; seen '\[2 HA\]'
same "one title" "$(screen | grep -c 'viplab top')" 1
keys x; seen 'crash: cisco'; $T resize-window -x 100 -y 30; seen 'crash: cisco'; $T resize-window -x 80 -y 24
keys Escape; sleep 0.2; seen '\[2 HA\]'

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

# colours: none with NO_COLOR, on a vt100, with --color never; some otherwise
sgr() { $T capture-pane -pe | grep -c "$(printf '\033')\\[[0-9;]*\\(3[0-7]\\|4[0-7]\\|9[0-7]\\|38\\|48\\)[;m]"; }
one_screen() { shell 80 24 "$1" "$2"; keys "$VIPLAB top $3 --at 20s --view ha sim:$script" Enter; seen 'vrid-collision'; sleep 0.3; }
one_screen screen '' ''; [ "$(sgr)" -gt 0 ] && ok || bad "no colour at all"
one_screen screen NO_COLOR=1 ''; same "NO_COLOR" "$(sgr)" 0
one_screen screen '' '--color never'; same "--color never" "$(sgr)" 0
one_screen vt100 '' ''; same "vt100" "$(sgr)" 0
one_screen linux '' ''; same "linux: its glyphs" "$(screen | grep -c '┆\|▏\|▋\|▂')" 0; seen '█'
one_screen screen LC_ALL=C ''; same "LC_ALL=C" "$(screen | LC_ALL=C grep -c '[^ -~]')" 0; seen '#'
finish
