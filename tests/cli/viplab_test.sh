#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The program itself: subcommands, help, version.
. tests/cli/lib.sh

gives 2 "$VIPLAB"
says '^usage: viplab COMMAND' "$work/err"
silent "$work/out"
for ask in help --help -h; do
    gives 0 "$VIPLAB" "$ask"
    says '^  viplab run ' "$work/out"
    silent "$work/err"
done
gives 0 "$VIPLAB" --version
says '^viplab [0-9]' "$work/out"
for library in libpcap libyaml jansson nettle; do says "$library.*[0-9]" "$work/out"; done

gives 2 "$VIPLAB" rum
says "viplab: .rum' is not a command" "$work/err"
says "did you mean .run'?" "$work/err"
silent "$work/out"
gives 2 "$VIPLAB" help rum

for command in run check explain scan; do
    gives 0 "$VIPLAB" help "$command"
    cp "$work/out" "$work/page"
    says "^usage: viplab $command" "$work/page"
    gives 0 "$VIPLAB" "$command" --help
    same "help $command is $command --help" "$(cat "$work/out")" "$(cat "$work/page")"
done
finish
