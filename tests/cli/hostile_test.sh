#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Names, texts and outputs that a careless or hostile user brings along.
. tests/cli/lib.sh
cd "$work" || exit 1

# script TITLE
script() {
    printf 'title: %s\nsegments: {lan: {net: 192.0.2.0/24}}\nnodes:\n' "$1"
    printf '  r1: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 20, vip: 192.0.2.1}]}\nuntil: 9s\n'
}
script plain >plain.yaml

# a result that cannot be written is no success
if [ -e /dev/full ]; then
    for command in 'check plain.yaml' 'explain plain.yaml' 'explain --schema' 'explain --codes' 'run plain.yaml'; do
        status=0
        # shellcheck disable=SC2086  # the words of the command
        "$VIPLAB" $command >/dev/full 2>err || status=$?
        same "status of $command into a full disk" "$status" 3
        says 'stdout\|could not be written' err
    done
fi

# controls and turned text are written as escapes, and what explain prints is the same script
script '"a\x1b[2Jb\u2028c\x7f\u202ed\x85e"' >controls.yaml
gives 0 "$VIPLAB" explain controls.yaml
cp out once.yaml
same "the title, escaped" "$(head -1 once.yaml)" 'title: "a\x1b[2Jb\u2028c\x7f\u202ed\x85e"'
gives 0 "$VIPLAB" check once.yaml
gives 0 "$VIPLAB" explain once.yaml
same "explained twice" "$(cat out)" "$(cat once.yaml)"
printf '"k\\e[2J\\u202ey": 1\n' >key.yaml
gives 2 "$VIPLAB" check key.yaml
says "has no key .k?\[2J?y'" err

# names that would steer the terminal
name=$(printf 'ring\007.yaml')
script bell >"$name"
gives 2 "$VIPLAB" run "$name"
says "control character in it" err
mkdir below
script line >"below/$(printf 'two\nlines.yaml')"
gives 2 "$VIPLAB" check below
says "control character in it" err
for command in run check; do
    gives 2 "$VIPLAB" $command ''
    says 'an empty name' err
done

# what is no script at all, and a directory that leads back to itself
for path in /dev/null /dev/zero; do gives 2 "$VIPLAB" check $path; done
mkfifo pipe.yaml
gives 2 "$VIPLAB" check pipe.yaml
says 'not a regular file' err
rm pipe.yaml "$name"
mkdir ring && ln -s ../ring ring/again && script ring >ring/one.yaml
gives 0 "$VIPLAB" run --keep never ring
says '^1 scenario: 1 passed' out
finish
