# shellcheck shell=bash
# The state of one run of tests, which neither meets nor harms a deployed stack. Sourced before environment.sh, never run.

# own_state KIND: makes STACK, CLUSTER and PLATFORMS_STATE those of this run.
own_state() {
    whole_state=$PWD/.state run_kind=$1
    PLATFORMS_STATE=$whole_state/$1-$$
    STACK='test'
    CLUSTER=embedded
    unset PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE PULUMI_STACK PLATFORMS_CHECKOUT
    export PLATFORMS_STATE STACK CLUSTER
}

# clean_up STATE: stops what a run left behind and removes its state.
clean_up() {
    local directory
    for directory in "$1"/clusters/*/; do
        [[ ! -d $directory || ! -x $BIN/kube ]] || cluster stop --delete --dir "$directory" >/dev/null || true
    done
    rm -rf "$1"
}

# end_with_run: what the run leaves behind goes with it, and with it the processes of the job whose number is in the variable job; what
# earlier runs left that were killed goes now.
end_with_run() {
    job=''
    trap finish_run EXIT
    trap 'exit 130' INT TERM
    clean_up_killed
}

finish_run() {
    [[ -z $job ]] || kill -- "-$job" 2>/dev/null || true
    clean_up "$PLATFORMS_STATE"
}

# clean_up_killed: does so for earlier runs that were killed and could not.
clean_up_killed() {
    local directory owner
    for directory in "$whole_state/$run_kind"-[0-9]*/; do
        owner=$(basename "$directory")
        [[ ! -d $directory || -d /proc/${owner#"$run_kind"-} ]] || clean_up "${directory%/}"
    done
}
