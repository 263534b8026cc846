#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# viplab top on a real terminal: colours and glyphs only where they may be.
. tests/top/terminal.sh

# colours: none with NO_COLOR, on a vt100, with --color never; some otherwise
sgr() { $T capture-pane -pe | grep -c "$(printf '\033')\\[[0-9;]*\\(3[0-7]\\|4[0-7]\\|9[0-7]\\|38\\|48\\)[;m]"; }
one_screen() { shell 80 24 "$1" "$2"; keys "$VIPLAB top $3 --at 20s --view ha sim:$script" Enter; seen '! ID 1'; sleep 0.3; }
one_screen screen '' ''; [ "$(sgr)" -gt 0 ] && ok || bad "no colour at all"
one_screen screen NO_COLOR=1 ''; same "NO_COLOR" "$(sgr)" 0
one_screen screen '' '--color never'; same "--color never" "$(sgr)" 0
one_screen vt100 '' ''; same "vt100" "$(sgr)" 0
one_screen linux '' ''; same "linux: its glyphs" "$(screen | grep -c '┆\|▏\|▋\|▂')" 0; seen '█'
one_screen screen LC_ALL=C ''; same "LC_ALL=C" "$(screen | LC_ALL=C grep -c '[^ -~]')" 0; seen '#'
finish
