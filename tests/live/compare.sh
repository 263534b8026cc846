# SPDX-License-Identifier: BSD-2-Clause
# What live.pcap and the run.pcapng of the virtual run have in common, to be sourced after stage.sh.
#
#   run_virtual SCRIPT DIR      DIR/virtual.pcap, DIR/begin.virtual; its verdict is the status
#   handovers PCAP BEGIN PLAN   one line for each change of the advertising router:
#                               HOW FROM TO SECONDS     elected, returned: since TO was started; resigned: since
#                               the advertisement with priority 0; silent: since FROM's last advertisement
#   voices PCAP BEGIN FROM TO ADDRESS...    how many advertisements they send in that time
#   becomes PCAP BEGIN ADDRESS  the moments at which ADDRESS takes over the voice, one a line
#   codes PCAP                  the codes of all findings of `viplab scan'
#   count WHAT LIVE VIRTUAL BOUND           the same for numbers
#   row WHAT LIVE VIRTUAL BOUND a line of the table, judged: |live - virtual| <= bound
#   play_all CASE...            plays them at the same time, calls `judge CASE DIR' for each, and once more
#                               what fails; prints all tables (BUILD/live/ keeps them) and the sum

passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "    FAILED: $*"; }

run_virtual() {
    "$VIPLAB" run -q --keep always --out "$2/virtual" "$1" >"$2/virtual.log" 2>&1
    status=$?
    cp "$2"/virtual/*/run.pcapng "$2/virtual.pcap"
    echo 0 >"$2/begin.virtual"
    return $status
}

# TIME SOURCE PRIORITY of each VRRP advertisement (CARP's length is 36), times from BEGIN on.
adverts() {
    tcpdump -tt -nn -r "$1" 'ip proto 112 or ip proto 51 or ip6 proto 112' 2>/dev/null | awk -v begin="$2" '
    / VRRPv[23], Advertisement/ && !/length 36$/ {
        match($0, /prio [0-9]+/)
        printf "%.6f %s %d\n", $1 - begin, $3, substr($0, RSTART + 5, RLENGTH - 5)
    }'
}

handovers() {
    adverts "$1" "$2" | awk -v plan="$3" '
    BEGIN {
        while ((getline line <plan) > 0) {
            split(line, f, " ")
            if (f[2] == "node") name[f[5]] = f[3]
            else if (f[2] == "start") { starts[f[3]]++; start[f[3], starts[f[3]]] = f[1] }
        }
    }
    function since_start(of, at,    i, last) {
        for (i = 1; i <= starts[of]; i++) if (start[of, i] < at) last = start[of, i]
        return at - last
    }
    {
        to = name[$2]
        if (to != from) {
            how = from == "" ? "elected" : priority == 0 ? "resigned" : $1 - time > 2 ? "silent" : "returned"
            printf "%s %s %s %.6f\n", how, from == "" ? "-" : from, to,
                   how == "elected" || how == "returned" ? since_start(to, $1) : $1 - time
        }
        from = to; time = $1; priority = $3
    }'
}

# How many advertisements the routers at these addresses send from FROM to TO.
voices() {      # voices PCAP BEGIN FROM TO ADDRESS...
    pcap=$1 begins=$2 from=$3 to=$4; shift 4
    adverts "$pcap" "$begins" | awk -v from="$from" -v to="$to" -v who=" $* " '
        $1 >= from && $1 < to && index(who, " " $2 " ") { n++ } END { print n + 0 }'
}

becomes() { adverts "$1" "$2" | awk -v who="$3" '$2 == who && last != who { print $1 } { last = $2 }'; }

codes() {
    "$VIPLAB" scan -q -v -f json -r "$1" 2>/dev/null | sed 's/"code"/\n&/g' |
        sed -n 's/^"code": *"\([a-z0-9-]*\)".*/\1/p' | sort -u | tr '\n' ' '
}

# Codes that a race decides in this case are not compared: a test may redefine this.
without() { cat; }

row() {
    if line=$(awk -v what="$1" -v live="$2" -v virtual="$3" -v bound="$4" 'BEGIN {
        difference = live - virtual
        printf "    %-34s live %9.4f s  virtual %9.4f s  %+8.1f ms  (bound %g ms)", what, live, virtual,
               difference * 1000, bound * 1000
        exit !(live != "" && virtual != "" && difference <= bound && -difference <= bound)
    }'); then ok; echo "$line"; else echo "$line"; bad "$1"; fi
}

count() {       # count WHAT LIVE VIRTUAL BOUND
    line=$(printf '    %-34s live %9d    virtual %9d    (bound %d)' "$@")
    echo "$line"
    if [ $(($2 - $3)) -le "$4" ] && [ $(($3 - $2)) -le "$4" ]; then ok; else bad "$1"; fi
}

same() {        # same WHAT LIVE VIRTUAL
    if [ "$2" = "$3" ]; then ok; echo "    $1: $2"; else bad "$1: live \`$2', virtual \`$3'"; fi
}

# The moments at which both were asked who is Active: the virtual run has kept what its script says.
same_actives() {
    wanted=$(sed -n 's/^[0-9.]* ask //p' "$1/plan" | awk '{ print $1, $2, $4 ": " $4 }')
    if [ "$(cat "$1/asked")" = "$wanted" ]; then
        ok; echo "    active when asked: $(sed 's/.*: //' "$1/asked" | tr '\n' ' ')"
    else
        bad "active when asked (from to wanted: found):"; sed 's/^/        /' "$1/asked"
    fi
}

# ---- one case, by itself: DIR/table and DIR/sum ("passed failed")
play_case() {   # play_case CASE DIR ROUND
    passed=0 failed=0
    script=$SRCDIR/tests/live/$1.yaml
    rm -rf "$2/virtual" "$2/sum"
    {
        if ! run_virtual "$script" "$2"; then bad "in virtual time:"; cat "$2/virtual.log"
        elif ! stage_play "$2/plan" "$1" "$2"; then bad "the stage"
        else
            ok
            same_actives "$2"
            judge "$1" "$2"
            same "findings of scan" "$(codes "$2/live.pcap" | without "$1")" "$(codes "$2/virtual.pcap" | without "$1")"
        fi
    } >"$2/table" 2>&1
    [ "$failed" -eq 0 ] || for log in "$2"/*.log; do
        echo "    ---- ${log##*/}"; tail -n 12 "$log"
    done >>"$2/table"
    echo "$passed $failed" >"$2/sum"
}

# The table of a case is printed, and kept: a judged run says more than that it passed.
tell() {
    read -r good ill <"$work/$1/sum" || { good=0 ill=1; }
    echo "$1"; cat "$work/$1/table"
    if [ "$ill" -ne 0 ] && [ "$2" -eq 1 ]; then
        again="$again $1"
        echo "    once more: a machine that stood still for a moment?"
    else
        total=$((total + good)) wrong=$((wrong + ill))
    fi
}

play_all() {
    work=$(mktemp -d)
    trap 'stage_close; rm -rf "$work"' EXIT
    trap 'exit 143' INT TERM HUP
    stage_open
    report=$BUILD/live/$(basename "$0" _test.sh).txt
    mkdir -p "$BUILD/live" && : >"$report"
    total=0 wrong=0 skipped=0 cases=
    for case; do
        mkdir -p "$work/$case"
        stage_plan "$SRCDIR/tests/live/$case.yaml" >"$work/$case/plan"
        lacks=$(stage_lacks "$work/$case/plan" | paste -s -d , -)
        if [ -z "$lacks" ]; then cases="$cases $case"
        else skipped=$((skipped + 1)); echo "skipped: $case: not here: $lacks"; fi
    done
    [ -n "$cases" ] || exit 77
    for round in 1 2; do
        again= players=
        for case in $cases; do
            play_case "$case" "$work/$case" $round &
            players="$players $!"
            sleep 0.2
        done
        # shellcheck disable=SC2086  # process numbers; a bare `wait' would wait for the guard
        wait $players
        for case in $cases; do tell "$case" $round >>"$report"; done
        cases=$again
        [ -n "$cases" ] || break
    done
    cat "$report"
    echo "$total passed, $wrong failed, $skipped skipped"
    [ "$wrong" -eq 0 ]
}
