# shellcheck shell=bash
# One stack of this checkout: its state, its passphrase, its cluster. Sourced after step.sh and locate.sh, never run.
set -euo pipefail

STACK=${STACK:-dev}
CLUSTER=${CLUSTER:-embedded}
[[ $STACK =~ ^[a-z][a-z0-9-]*$ ]] ||
    fail "STACK=$STACK is not a stack name; lower-case letters, digits and dashes are allowed" 'make up STACK=staging'
[[ $CLUSTER == embedded || $CLUSTER == current ]] ||
    fail "CLUSTER=$CLUSTER is unknown; embedded and current are allowed" 'make up CLUSTER=current uses the current context of your kubeconfig'

# A cluster keeps the kind of nodes that it began with.
NODES=${NODES:-}
NODE_COUNT=${NODE_COUNT:-3}
PLATFORM=${PLATFORM:-}
[[ -z $NODES || $NODES == simulated || $NODES == real ]] ||
    fail "NODES=$NODES is unknown; simulated and real are allowed" 'make up NODES=real runs pods on this machine (docs/real-nodes.md)'
[[ $NODE_COUNT =~ ^[1-9]$ ]] || fail "NODE_COUNT=$NODE_COUNT is no number from 1 to 9" 'make up NODES=real NODE_COUNT=1'
[[ $PLATFORM =~ ^[a-z]*$ ]] || fail "PLATFORM=$PLATFORM is no name of a platform" 'make up PLATFORM=taskflow'

# A shell that took `make env` of another checkout must not lead into that one's state.
if [[ -n ${PLATFORMS_CHECKOUT:-} && $PLATFORMS_CHECKOUT != "$ROOT" ]]; then
    warn "this shell is set up for $PLATFORMS_CHECKOUT; its settings are ignored here"
    unset PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE_FILE PULUMI_STACK KUBECONFIG
fi

STATE=${PLATFORMS_STATE:-$ROOT/.state}
CLUSTER_DIRECTORY=$STATE/clusters/$STACK
if [[ $CLUSTER == embedded && -f $CLUSTER_DIRECTORY/nodes.json ]]; then
    [[ $NODES != simulated ]] || fail "the cluster of stack $STACK has real nodes" "make down STACK=$STACK removes it; then repeat the command"
    NODES=real
    NODE_COUNT=$(sed -n 's/.*"count":\([0-9]*\).*/\1/p' "$CLUSTER_DIRECTORY/nodes.json")
fi

export PATH=$BIN:$PATH
# Without metadata=skip each file of the state has a sidecar that is not replaced in one step: an engine killed while it
# writes one leaves a state that nothing can read.
export PULUMI_BACKEND_URL=${PULUMI_BACKEND_URL:-file://$STATE/pulumi?metadata=skip}

# engine_setting NAME: the value of a setting of the engine, the user's own first.
engine_setting() { printf '%s\n' "${!1:-$(sed -n "s/^$1=//p" "$ROOT/toolchain/engine/settings.env")}"; }
for name in PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS PULUMI_PARALLEL PULUMI_SKIP_UPDATE_CHECK PULUMI_K8S_ENABLE_PATCH_FORCE; do
    declare -x "$name=$(engine_setting "$name")"
done
[[ $CLUSTER == current ]] || export KUBECONFIG=$CLUSTER_DIRECTORY/kubeconfig
# What may only be left open where a stack is tried out: the program asks here.
export PLATFORMS_CLUSTER=$CLUSTER
export STACK CLUSTER STATE CLUSTER_DIRECTORY NODES NODE_COUNT PLATFORM

# The engine finds the built providers in a home of the checkout's own and downloads nothing. That home also keeps the
# selected stack and the credentials apart from the user's.
if [[ -z $OWN_PULUMI ]]; then
    export PULUMI_HOME=$STATE/home PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
fi

# require_writable_state: the reason, before anything is done, why nothing could be.
require_writable_state() {
    local place=$STATE
    until [[ -e $place ]]; do place=$(dirname "$place"); done
    [[ -w $place ]] && place=$(find "$place" -maxdepth 2 -path "$STATE*" -type d ! -writable -print -quit)
    [[ -z $place ]] || fail "$(id -un) may not write $place, and what this checkout deploys is recorded there" \
        "make it writable (ls -ld $place shows whose it is), or name another folder for the state with PLATFORMS_STATE; nothing was changed"
}

# prepare_state: makes the directory of the state and, unless the user brought one, the passphrase that encrypts its secrets.
# Where all of that is there it writes nothing: who may only read the state can still look at it.
prepare_state() {
    local plugins=$TOOLCHAIN_DIRECTORY/plugins
    [[ -d $STATE/pulumi && (-n $OWN_PULUMI || $(readlink "$PULUMI_HOME/plugins") == "$plugins") ]] || require_writable_state
    (umask 077 && mkdir -p "$STATE/pulumi")
    if [[ -z $OWN_PULUMI ]]; then
        mkdir -p "$PULUMI_HOME"
        # The engine keeps a debug log of every command there, 20 MB and a third of the time of an update of all platforms.
        # No setting turns it off; a file in the folder's place does.
        [[ -f $PULUMI_HOME/logs ]] || { rm -rf "$PULUMI_HOME/logs" && : >"$PULUMI_HOME/logs"; }
        [[ $(readlink "$PULUMI_HOME/plugins") == "$plugins" ]] || ln -sfn "$plugins" "$PULUMI_HOME/plugins"
    fi
    [[ -z ${PULUMI_CONFIG_PASSPHRASE+set} && -z ${PULUMI_CONFIG_PASSPHRASE_FILE:-} ]] || return 0
    if [[ ! -s $STATE/passphrase ]]; then
        (umask 077 && head -c 32 /dev/urandom | base64 >"$STATE/passphrase.$$")
        # Two first runs at once agree on one passphrase: the second link fails.
        ln "$STATE/passphrase.$$" "$STATE/passphrase" 2>/dev/null || true
        rm -f "$STATE/passphrase.$$"
    fi
    export PULUMI_CONFIG_PASSPHRASE_FILE=$STATE/passphrase
}

stack_file() { printf '%s/Pulumi.%s.yaml\n' "$ROOT" "$STACK"; }

stack_exists() {
    local stacks
    stacks=$(pulumi stack ls --json) || fail 'the state cannot be read; pulumi says why above' "check $PULUMI_BACKEND_URL"
    node "$ROOT/toolchain/steps/json.mjs" names <<<"$stacks" | grep -qx "$STACK"
}

# forget_salt: drops the line that ties the stack's file to a passphrase, and the file when nothing else is in it.
# A file with secrets keeps it: without the salt they could never be read again.
forget_salt() {
    local file
    file=$(stack_file)
    [[ -f $file ]] || return 0
    ! grep -q 'secure:' "$file" || return 0
    sed -i '/^encryptionsalt:/d' "$file"
    [[ -s $file ]] || rm "$file"
}

initialise_stack() {
    stack_exists && return
    forget_salt
    pulumi stack init "$STACK" --non-interactive
}

# spend_memory: from here on programs in Go collect their memory as the engine should; a cluster that was started before does not.
spend_memory() { declare -gx GOGC && GOGC=$(engine_setting GOGC); }

# say_digests: where the policies demand digests, how many images have none that is locked.
say_digests() {
    local line
    line=$(node --require ts-node/register/transpile-only supply/digests/locked.ts --stack "$STACK")
    [[ -z $line ]] || note "$line"
}

prepare_stack() {
    title "Stack $STACK"
    prepare_state
    spend_memory
    step 'state' 'docs/troubleshooting.md explains the passphrase and the state' initialise_stack
    say_digests
    [[ -z $PLATFORM ]] || choose_platform
}

# configuration_arguments: the configuration of this run, when it is not the stack's own file.
configuration_arguments=()

# choose_platform: a copy of the stack's configuration that enables PLATFORM alone, for this run.
choose_platform() {
    local copy=$STATE/Pulumi.$STACK.$PLATFORM.yaml
    cp "$(stack_file)" "$copy"
    configuration_arguments=(--config-file "$copy")
    pulumi config rm enabled --stack "$STACK" "${configuration_arguments[@]}"
    pulumi config set --path 'enabled[0]' "$PLATFORM" --stack "$STACK" "${configuration_arguments[@]}"
    note "platform: $PLATFORM alone"
}

# cluster_answers: whether the API server behind the kubeconfig can be talked to.
cluster_answers() { kubectl version --request-timeout=5s >/dev/null 2>&1; }

# confirm_current: names the user's own cluster and waits for consent before anything touches it.
confirm_current() {
    local context answer
    context=$(kubectl config current-context 2>/dev/null) ||
        fail 'your kubeconfig has no current context' 'choose one with kubectl config use-context NAME, or leave CLUSTER=current away'
    note "cluster: context $step_bold$context$step_reset at $(kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}')"
    [[ ${YES:-} != 1 && ${YES:-} != "$STACK" ]] || return 0
    [[ -t 0 ]] || fail "$1 of stack $STACK would change the cluster of context $context, and nobody is there to ask" 'repeat with YES=1'
    read -r -p "${step_indent}$1 stack $STACK there? Type the name of the context to go on: " answer
    [[ $answer == "$context" ]] || fail "\"$answer\" is not $context; nothing was changed" "type $context, or repeat with YES=1"
}
