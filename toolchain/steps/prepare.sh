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

# engine_name: which engine runs, in words.
engine_name() {
    local version
    version=$("${OWN_PULUMI:-$BIN/pulumi}" version)
    if [[ -n $OWN_PULUMI ]]; then
        printf 'your own pulumi %s, %s\n' "$version" "$OWN_PULUMI"
    elif [[ $PLATFORMS_ENGINE == patched ]]; then
        printf 'pulumi %s, built here with the patches of toolchain/engine/pulumi/patches\n' "$version"
    else
        printf 'pulumi %s, built here %s\n' "$version" "${PLATFORMS_ENGINE/-/ patch }"
    fi
}

prepare_tools() {
    title 'Tools'
    require_node
    install_packages "$ROOT"
    [[ ! -f $ROOT/policies/package-lock.json ]] || install_packages "$ROOT/policies"
    "$ROOT/toolchain/engine/build.sh"
    note "engine: $(engine_name)"
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
    if [[ $NODES == real ]]; then
        prepare_nodes
        title "Cluster ($STACK: embedded, real nodes: $NODE_COUNT)"
    else
        title "Cluster ($STACK: embedded, its nodes are simulated)"
    fi
    cluster start --dir "$CLUSTER_DIRECTORY" "${node_options[@]}" "${@:2}" ||
        fail 'the embedded cluster did not start' "$cluster_remedy"
}

# prepare_nodes: what real nodes need of the machine and run themselves.
node_options=()
prepare_nodes() {
    # Only the administrator can install; everybody else is told by the cluster what is missing.
    ((EUID != 0)) || "$ROOT/toolchain/steps/system-packages.sh" "$ROOT/toolchain/real-nodes/system-packages.txt"
    "$ROOT/toolchain/real-nodes/build.sh" --quiet
    node_options=(--real-nodes "$NODE_COUNT" --programs "$("$ROOT/toolchain/real-nodes/build.sh" --print)")
}

# stack_images FILE: writes the names of all images that the stack's pods need, as the program declares them.
stack_images() {
    # What does not change is run as well.
    pulumi preview --json --show-sames --non-interactive --stack "$STACK" "${configuration_arguments[@]}" |
        node "$ROOT/toolchain/steps/json.mjs" images >"$1"
}

# load_images: offers real nodes what the stack's pods run, pulled or assembled.
load_images() {
    local images=$STATE/images
    mkdir -p "$images"
    title 'Images'
    step 'names, as the program declares them' 'pulumi preview says more' stack_images "$images/names"
    step "$(wc -l <"$images/names") images, pulled or assembled from packages" 'docs/images.md says what assembling needs' \
        "$ROOT/toolchain/images/build.sh" --for "$images/names" "$images/store"
    cluster load --dir "$CLUSTER_DIRECTORY" "$images/store" >/dev/null
}

# policy_arguments: the policy pack, with what the platforms are allowed beyond its defaults.
policy_arguments=(--policy-pack "$ROOT/policies" --policy-pack-config "$ROOT/policies/platforms.json")

# display_arguments: a log gets one line per step, a terminal the engine's live table.
display_arguments=()
[[ -t 1 ]] || display_arguments=(--non-interactive --suppress-progress)
