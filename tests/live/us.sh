# SPDX-License-Identifier: BSD-2-Clause
# Our host on the stage of real daemons, to be sourced after stage.sh and compare.sh: `viplab live' in a namespace without an
# address, its words and its times.
#
#   within WHAT VALUE LOW HIGH      a line of the table, judged
#   has, lacks WHAT TEXT FILE       judged
#   wait_for TEXT FILE              15 s at most
#   plug NAME                       a namespace on the switch, no address
#   build_us                        our own: plug us
#   begin                           the play's time 0
#   script KIND ROUTER [NET ADDRESS]        writes $dir/s.yaml
#   live_us OPTION...               in the background; $us is its number, $dir/us.{jsonl,out,err} its words
#   crash_us                        as crash_host: nobody is left to say goodbye
#   engine                          the number of the engine's process, the child of $us
#   wait_gone                       `them' has been told to end, and does so with all its processes
#   case_of NAME COMMAND...         in a process of its own, once more if it fails
#   wait_cases                      for those begun
#   report FILE                     prints all tables, keeps them in BUILD/live/FILE, exits

within() {      # within WHAT VALUE LOW HIGH
    if [ -n "$2" ] && awk -v v="$2" -v low="$3" -v high="$4" 'BEGIN { exit !(v >= low && v <= high) }'; then
        ok; printf '    %-40s %9.4f s  (from %s to %s)\n' "$@"
    else bad "$1: \`$2' is not from $3 to $4"; fi
}

has() { if grep -q -- "$2" "$3"; then ok; else bad "$1: no \`$2' in:"; tail -n 12 "$3"; fi; }    # has WHAT TEXT FILE

lacks() { if grep -q -- "$2" "$3"; then bad "$1: \`$2' in:"; grep -- "$2" "$3"; else ok; fi; }

wait_for() {    # wait_for TEXT FILE: 15 s at most
    for _ in $(seq 150); do
        if grep -q -- "$1" "$2" 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    bad "no \`$1' comes in ${2##*/}"
}

wait_gone() {   # its daemon has been told to end, and does so with all its processes
    for _ in $(seq 40); do
        grep -q . "/proc/$(cat "$dir/them.daemon")/cmdline" 2>/dev/null || [ -e "$dir/them.vrrp.pid" ] || break
        sleep 0.1
    done
    rm -f "$dir/them.pid" "$dir/them.vrrp.pid"
}

plug() {
    ip netns add "$play$1" && settle "$1"
    ip link add name "$1" netns "${play}switch" type veth peer name eth0 netns "$play$1"
    ip -n "${play}switch" link set dev "$1" master br0 up
    ip -n "$play$1" link set eth0 up
}
build_us() { plug us; }

begin() {
    begin=$(date +%s.%N)
    echo "$begin" >"$dir/begin"
}

live_us() {     # in the background; $us is its number
    $URGENT ip netns exec "${play}us" "$VIPLAB" live "$dir/s.yaml" --attach lan=eth0 --only us --transmit -v \
        --journal "$dir/us.jsonl" "$@" >"$dir/us.out" 2>"$dir/us.err" &
    us=$!
}

crash_us() {
    # shellcheck disable=SC2046  # process numbers
    set -- $(ip netns pids "${play}us")
    kill -STOP "$@"
    ip -n "${play}switch" link set dev us down
    kill -KILL "$@"
}

engine() {      # the child of the supervisor
    for pid in $(ip netns pids "${play}us"); do
        [ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status" 2>/dev/null)" != "$us" ] || echo "$pid"
    done
}

script() {
    printf 'title: one router on a wire\nsegments:\n  lan: {%s}\nnodes:\n  us: {kind: %s, on: lan, %s, %s}\nuntil: 60s\n' \
        "${3:-net: 192.0.2.0/24}" "$1" "${4:-ip: 192.0.2.2}" "$2" >"$dir/s.yaml"
}

case_of() {     # case_of NAME COMMAND...: in a process of its own, once more if it fails; DIR/table, DIR/sum
    name=$1; shift
    (
        for round in 1 2; do
            passed=0 failed=0 play=$STAGE${name}_$round dir=$work/$name.$round
            mkdir -p "$dir"
            { "$@"; [ "$failed" -eq 0 ] || for log in "$dir"/*.log "$dir"/us.err "$dir"/us.out; do
                echo "    ---- ${log##*/}"; tail -n 15 "$log"; done; } >"$dir/table" 2>&1
            echo "$name" >>"$work/$name.text"
            cat "$dir/table" >>"$work/$name.text"
            echo "$passed $failed" >"$work/$name.sum"
            [ "$failed" -ne 0 ] && [ $round -eq 1 ] || break
            echo "    once more: a machine that stood still for a moment?" >>"$work/$name.text"
            sh "$SRCDIR/tests/live/guard.sh" "$play"
        done
    ) &
    players="$players $!" names="$names $name"
}

players= names=
wait_cases() {
    # shellcheck disable=SC2086  # process numbers; a bare `wait' would wait for the guard
    wait $players
    players=
}

report() {
    mkdir -p "$BUILD/live"; : >"$BUILD/live/$1"
    total=0 wrong=0
    for name in $names; do
        read -r good ill <"$work/$name.sum" || { good=0 ill=1; }
        total=$((total + good)) wrong=$((wrong + ill))
        cat "$work/$name.text" >>"$BUILD/live/$1"
    done
    cat "$BUILD/live/$1"
    echo "$total passed, $wrong failed"
    [ "$wrong" -eq 0 ]
    exit
}
