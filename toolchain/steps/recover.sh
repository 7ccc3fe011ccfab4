# shellcheck shell=bash
# Puts a stack right whose last update was killed. Sourced after stack.sh, never run.
set -euo pipefail

# state_files FOLDER PATTERN: files of the file backend; other backends keep nothing here.
state_files() {
    [[ $PULUMI_BACKEND_URL == file://* ]] || return 0
    local directory=${PULUMI_BACKEND_URL#file://}
    find "${directory%%\?*}/.pulumi/$1" -path "$2" -type f 2>/dev/null || true
}

# lock_holder FILE: prints the number of the process that holds the lock, nothing when that one is gone.
lock_holder() {
    local pid host
    read -r pid host _ < <(node "$ROOT/toolchain/steps/json.mjs" lock <"$1") || return 0
    if [[ $host != "$(hostname)" ]]; then
        printf '%s on %s\n' "$pid" "$host"
    elif grep -qs pulumi "/proc/$pid/cmdline"; then
        printf '%s\n' "$pid"
    fi
}

# Every lock names its holder's process.
# release_stale_locks: removes locks of dead processes, and refuses to work beside a living one.
release_stale_locks() {
    local file holder stale=''
    while read -r file; do
        [[ -n $file ]] || continue
        holder=$(lock_holder "$file")
        [[ -z $holder ]] || fail "another update of stack $STACK is under way (process $holder)" \
            "wait for it; if it is dead: pulumi cancel --yes --stack $STACK"
        stale=1
    done < <(state_files locks "*/$STACK/*.json")
    [[ -n $stale ]] || return 0
    # What the killed engine was writing when it died.
    state_files stacks "*/$STACK.json.*.tmp" | xargs -r rm -f
    step 'an update was killed: releasing its lock' "remove the lock with pulumi cancel --stack $STACK" \
        pulumi cancel --yes --stack "$STACK"
}

# running_update: says that an update of the stack is under way, and since when; fails when none is.
running_update() {
    local file holder began
    while read -r file; do
        [[ -n $file ]] || continue
        holder=$(lock_holder "$file")
        [[ -n $holder ]] || continue
        read -r _ _ began < <(node "$ROOT/toolchain/steps/json.mjs" lock <"$file")
        printf 'an update is under way, since %s (%s ago), process %s\n' \
            "$(date --date "$began" '+%F %T')" "$(elapsed $(($(date +%s) - $(date --date "$began" +%s))))" "$holder"
        return
    done < <(state_files locks "*/$STACK/*.json")
    return 1
}

# in_state QUESTION: how many resources or pending operations the state holds.
in_state() { pulumi stack export --stack "$STACK" | node "$ROOT/toolchain/steps/json.mjs" "$1"; }

refresh() {
    pulumi refresh --yes --skip-preview --clear-pending-creates --run-program=false --stack "$STACK" --non-interactive
}

# How many resources the state knew before this run.
resources=0

# recover: brings the state in line with the cluster after an update was killed, the cluster was lost, or somebody changed what
# is in it.
recover() {
    release_stale_locks
    local state pending remedy="run pulumi refresh --stack $STACK and answer its questions"
    state=$(mktemp)
    pulumi stack export --stack "$STACK" >"$state"
    pending=$(node "$ROOT/toolchain/steps/json.mjs" pending <"$state")
    resources=$(node "$ROOT/toolchain/steps/json.mjs" resources <"$state")
    # Every object has a fixed name, so that creating it again adopts what the killed update may have made.
    if ((pending > 0)); then
        step "an update was killed in $pending operations: reading back what exists" "$remedy" refresh
    elif [[ -n $new_cluster ]] && ((resources > 0)); then
        step 'the cluster is new: forgetting the objects of the lost one' "$remedy" refresh
    elif ((resources > 0)); then
        repair "$state"
    fi
    rm -f "$state"
}
