# shellcheck shell=bash
# What up, preview and bench need before the engine runs. Sourced after stack.sh, never run.
set -euo pipefail

npm_remedy='check the network and the npm registry (npm ping), then run the command again'
cluster_remedy='read the log it names; make down removes a damaged cluster'

# install_packages DIRECTORY: installs what the lock file names, unless it is there already.
install_packages() {
    node "$ROOT/toolchain/steps/installed.mjs" "$1" && return
    step "npm packages of ${1/#$ROOT/.}" "$npm_remedy" npm ci --prefix "$1" --no-audit --no-fund
}

prepare_tools() {
    title 'Tools'
    require_node
    install_packages "$ROOT"
    [[ ! -f $ROOT/policies/package-lock.json ]] || install_packages "$ROOT/policies"
    "$ROOT/toolchain/engine/build.sh"
    if [[ -n $OWN_PULUMI ]]; then note "pulumi: your own $OWN_PULUMI"; else note "pulumi: $BIN"; fi
}

# prepare_cluster PURPOSE [START-OPTION...]: leaves a cluster that answers, and new_cluster set when it has just been made.
new_cluster=''
prepare_cluster() {
    if [[ $CLUSTER == current ]]; then
        title 'Cluster'
        confirm_current "$1"
        cluster_answers || fail 'the cluster does not answer' 'check it with kubectl version'
        return
    fi
    require_linux
    [[ -f $KUBECONFIG ]] || new_cluster=1
    title "Cluster ($STACK: embedded, its nodes are simulated)"
    cluster start --dir "$CLUSTER_DIRECTORY" "${@:2}" ||
        fail 'the embedded cluster did not start' "$cluster_remedy"
}

# policy_arguments: the policy pack, with what the platforms are allowed beyond its defaults.
policy_arguments=(--policy-pack "$ROOT/policies" --policy-pack-config "$ROOT/policies/platforms.json")

# display_arguments: a log gets one line per step, a terminal the engine's live table.
display_arguments=()
[[ -t 1 ]] || display_arguments=(--non-interactive --suppress-progress)
