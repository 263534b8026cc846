#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Removes a stage: ends what runs in the namespaces whose names begin with PREFIX, then the namespaces.
#   guard.sh PREFIX         at once
#   guard.sh PREFIX PID SECONDS     when the process PID is gone, however it went, and after SECONDS in any case
# A test starts the second form in a session of its own, so that nothing outlives even a killed test.
set -u
prefix=$1

if [ $# -eq 3 ]; then
    seconds=0
    while [ $seconds -lt "$3" ] && kill -0 "$2" 2>/dev/null; do sleep 1; seconds=$((seconds + 1)); done
fi

names() { ip netns list 2>/dev/null | awk -v prefix="$prefix" 'index($1, prefix) == 1 { print $1 }'; }
for round in 1 2 3 4 5; do
    # shellcheck disable=SC2046  # process numbers
    for name in $(names); do
        set -- $(ip netns pids "$name" 2>/dev/null)
        [ $# -eq 0 ] || kill -KILL "$@" 2>/dev/null
    done
    for name in $(names); do
        [ -z "$(ip netns pids "$name" 2>/dev/null)" ] || continue
        ip netns del "$name" 2>/dev/null
        rm -rf "/var/run/frr/$name"
    done
    [ -n "$(names)" ] || exit 0
    sleep "0.$round"
done
exit 1
