# SPDX-License-Identifier: BSD-2-Clause
# For tests of viplab top on a real terminal: tmux on sockets of its own. Sourced.
. tests/cli/lib.sh
command -v tmux >/dev/null 2>&1 || { echo "no tmux here"; exit 77; }
case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB ;; esac
export LC_ALL=C.UTF-8 TZ=UTC XDG_CONFIG_HOME=$work/config
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

