# shellcheck shell=bash
# Progress and failure, the same for every script of the toolchain. Sourced, never run.

step_indent='  '
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    step_bold=$'\e[1m' step_dim=$'\e[2m' step_green=$'\e[32m' step_red=$'\e[31m' step_reset=$'\e[0m'
else
    step_bold='' step_dim='' step_green='' step_red='' step_reset=''
fi

# title TEXT: begins a group of steps.
title() { printf '%s%s%s\n' "$step_bold" "$*" "$step_reset"; }

# note TEXT: one line of information below a title.
note() { printf '%s%s\n' "$step_indent" "$*"; }

# warn TEXT: something the user should know that stops nothing.
warn() { printf '%swarning: %s\n' "$step_indent" "$*" >&2; }

# fail WHAT REMEDY: ends the script with both.
fail() {
    printf '\n%serror:%s %s\n' "$step_red" "$step_reset" "$1" >&2
    printf 'remedy: %s\n' "$2" >&2
    exit 1
}

# elapsed SECONDS: 7s, 2m05s.
elapsed() {
    if (($1 < 60)); then printf '%ds' "$1"; else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}

# step_tick TEXT BEGAN: keeps a waiting user informed, every second on a terminal and twice a minute in a log.
step_tick() {
    while :; do
        if [[ -t 1 ]]; then
            printf '\r%s… %s  %s%s%s\e[K' "$step_indent" "$1" "$step_dim" "$(elapsed $((SECONDS - $2)))" "$step_reset"
            sleep 1
        else
            # It outlives this loop, and whoever reads the output must not wait for it.
            sleep 30 >/dev/null 2>&1
            printf '%s… %s  %s\n' "$step_indent" "$1" "$(elapsed $((SECONDS - $2)))"
        fi
    done
}

# step TEXT REMEDY COMMAND...: runs the command quietly with its time shown; a failure shows the command, the end of its
# output and the remedy, and ends the script.
step() {
    local text=$1 remedy=$2 began=$SECONDS log ticker job traps status=0
    shift 2
    log=$(mktemp)
    # The caller's own: they hold again when the command has ended.
    traps=$(trap -p INT TERM)
    step_tick "$text" "$began" &
    ticker=$!
    # A job of its own: errexit holds inside it, and an interrupt reaches all of its processes.
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    job=$!
    set +m
    trap 'kill -- "-$job" 2>/dev/null; kill "$ticker" 2>/dev/null; exit 130' INT TERM
    wait "$job" || status=$?
    trap - INT TERM
    eval "$traps"
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    [[ ! -t 1 ]] || printf '\r\e[K'
    if ((status == 0)); then
        printf '%s%s✓%s %s  %s%s%s\n' "$step_indent" "$step_green" "$step_reset" "$text" "$step_dim" "$(elapsed $((SECONDS - began)))" "$step_reset"
        rm -f "$log"
        return
    fi
    printf '%s%s✗%s %s  %s\n' "$step_indent" "$step_red" "$step_reset" "$text" "$(elapsed $((SECONDS - began)))"
    printf '\nfailed command (exit code %d): %s\nlast lines of its output:\n' "$status" "$*" >&2
    tail -n 20 "$log" | sed 's/^/    /' >&2
    printf 'remedy: %s\nwhole output: %s\n' "$remedy" "$log" >&2
    exit "$status"
}
