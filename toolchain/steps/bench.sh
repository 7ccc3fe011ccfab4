#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    cat <<'TEXT'
Usage: toolchain/steps/bench.sh [--help]

Measures on embedded clusters and a state of its own, all removed at the end: the start of the program against an empty
one, pulumi up against kubectl apply --server-side of the same objects, a preview without changes, the same with a pack
of the policy SDK without policies and with the policy pack, the size of the state, make up as a whole (the first, one that
changes nothing, one that repairs), make drift and make down, and what each patch of the engine gains: an update and a preview
with the engine that lacks it, for which that engine is built.
STACK names the stack whose defaults are used. Seconds depend on the machine; the ratios are what to compare.
TEXT
    exit
fi

STACK=${STACK:-dev}
PLATFORMS_STATE=$PWD/.state/bench-$$
CLUSTER=embedded
unset PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE PULUMI_STACK PLATFORMS_CHECKOUT
export PLATFORMS_STATE STACK CLUSTER
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

# The stack's file is the user's: the one that the bench changes is a copy of it.
config=$PLATFORMS_STATE/Pulumi.$STACK.yaml

# Its name begins as those that the policies make exemptions for.
stack=$STACK-bench-$$

finish() {
    local directory
    for directory in "$PLATFORMS_STATE"/clusters/*/ "$PLATFORMS_STATE"/steps/clusters/*/; do
        [[ ! -d $directory ]] || cluster stop --delete --dir "$directory" >/dev/null || true
    done
    rm -rf "$PLATFORMS_STATE" "Pulumi.$stack.yaml"
}
trap finish EXIT
trap 'exit 130' INT TERM

now() { date +%s.%N; }
up=0 kubectl=0 first=0 unchanged=0 repaired=0 drift=0 down=0 preview='' sent='' judged='' served='' engine_up=0 engine_preview=''
# timed NAME COMMAND...: runs a command quietly and puts its seconds into the variable NAME.
timed() {
    local name=$1 began
    shift
    began=$(now)
    "$@" >"$PLATFORMS_STATE/output" 2>&1 </dev/null || {
        tail -n 20 "$PLATFORMS_STATE/output" >&2
        fail "$* failed; the end of its output is above" 'make up shows the whole of it'
    }
    printf -v "$name" '%s' "$(awk "BEGIN { print $(now) - $began }")"
}
# faster NAME COMMAND...: the same; NAME keeps the shortest so far.
faster() {
    local took=0
    timed took "${@:2}"
    printf -v "$1" '%s' "$(printf '%s\n' "${!1:-$took}" "$took" | sort -n | head -n 1)"
}
ratio() { awk "BEGIN { printf \"%.1f\", $1 / $2 }"; }
# measure_engine ENGINE: puts the seconds of an update with the policy pack, into a cluster and a state of its own, into
# engine_up, and those of a preview after it into engine_preview.
measure_engine() {
    local directory=$PLATFORMS_STATE/clusters/$1 in
    PLATFORMS_ENGINE=$1 toolchain/engine/build.sh
    in=(env "PATH=$(PLATFORMS_ENGINE=$1 toolchain/engine/build.sh --print):$PATH" "KUBECONFIG=$directory/kubeconfig"
        "PULUMI_BACKEND_URL=file://$PLATFORMS_STATE/engine-$1?metadata=skip")
    mkdir "$PLATFORMS_STATE/engine-$1"
    timed _ env -u GOGC cluster start --volatile --dir "$directory"
    timed _ "${in[@]}" pulumi stack init "$stack" --non-interactive
    rm "Pulumi.$stack.yaml"
    timed engine_up "${in[@]}" pulumi up --yes --skip-preview --suppress-progress "${options[@]}" "${policy_arguments[@]}"
    engine_preview=''
    for _ in 1 2 3; do faster engine_preview "${in[@]}" pulumi preview "${options[@]}" "${policy_arguments[@]}"; done
    timed _ cluster stop --delete --dir "$directory"
}
row() { printf '  %-44s %8.2f s   %s\n' "$1" "$2" "$3"; }

prepare_tools
prepare_cluster bench --volatile
prepare_state
spend_memory
if [[ -f Pulumi.$STACK.yaml ]]; then sed '/^encryptionsalt:/d' "Pulumi.$STACK.yaml" >"$config"; else : >"$config"; fi

title 'Measuring (a few minutes)'
empty=$PLATFORMS_STATE/empty
mkdir -p "$empty"
cp package.json Pulumi.yaml "$empty"
ln -s "$ROOT"/{node_modules,start.js} "$empty"
echo 'export {};' >"$empty/index.ts"
options=(--stack "$stack" --config-file "$config" --non-interactive)
timed _ pulumi stack init "$stack" --non-interactive
cat "Pulumi.$stack.yaml" >>"$config"
rm "Pulumi.$stack.yaml"
pulumi config --json --show-secrets "${options[@]:0:4}" >"$PLATFORMS_STATE/config.json"
read -r empty_start _ _ < <(node toolchain/steps/bench/programStart.mjs "$empty" "$STACK" <"$PLATFORMS_STATE/config.json")
read -r program_start program_end registered < <(node toolchain/steps/bench/programStart.mjs "$ROOT" "$STACK" <"$PLATFORMS_STATE/config.json")
note 'program start measured'

deploy() {
    pulumi up --yes --skip-preview --suppress-progress "${options[@]}" | tee /dev/stderr | node toolchain/steps/bench/waits.mjs >"$PLATFORMS_STATE/waits"
}
timed up deploy
waits=$(<"$PLATFORMS_STATE/waits")
note 'up measured'
bare=$PLATFORMS_STATE/pack
mkdir "$bare"
cp policies/PulumiPolicy.yaml "$bare"
ln -s "$ROOT/policies/node_modules" "$bare"
echo '{ "name": "bare", "version": "0.0.0" }' >"$bare/package.json"
echo 'new (require("@pulumi/policy").PolicyPack)("bare", { policies: [] });' >"$bare/index.js"
# In turn, because a machine may become slower with time.
for _ in 1 2 3 4 5; do
    faster preview pulumi preview "${options[@]}"
    faster sent pulumi preview "${options[@]}" --policy-pack "$bare"
    faster judged pulumi preview "${options[@]}" "${policy_arguments[@]}"
    faster served env POLICY_SERVER=sdk pulumi preview "${options[@]}" "${policy_arguments[@]}"
done
note 'previews without changes measured'

resources=$(STACK=$stack in_state resources)
state_bytes=$(find "$PLATFORMS_STATE/pulumi" -path "*/stacks/*/$stack.json" -printf '%s\n')
(umask 077 && pulumi stack export --show-secrets "${options[@]:0:2}" | node toolchain/steps/bench/objects.mjs >"$PLATFORMS_STATE/objects.json")
objects=$(grep -o '"kind":"[A-Za-z]*","metadata"' "$PLATFORMS_STATE/objects.json" | wc -l)
second=$PLATFORMS_STATE/clusters/kubectl
timed _ env -u GOGC cluster start --volatile --dir "$second"
timed kubectl env -u GOGC kubectl --kubeconfig "$second/kubeconfig" apply --server-side --filename "$PLATFORMS_STATE/objects.json"
note 'kubectl apply measured'

# The commands as people give them, on a cluster and a state of their own.
sed '/^encryptionsalt:/d' "$config" >"Pulumi.$stack.yaml"
steps=$PLATFORMS_STATE/steps
command=(env -u GOGC -u PULUMI_BACKEND_URL -u PULUMI_CONFIG_PASSPHRASE_FILE "PLATFORMS_STATE=$steps" "STACK=$stack")
timed first "${command[@]}" toolchain/steps/up.sh
timed unchanged "${command[@]}" toolchain/steps/up.sh
by_hand=(kubectl --kubeconfig "$steps/clusters/$stack/kubeconfig" --namespace taskflow)
timed _ "${by_hand[@]}" delete networkpolicies --all
timed _ "${by_hand[@]}" scale deployments --all --replicas 0
timed repaired "${command[@]}" toolchain/steps/up.sh
timed drift "${command[@]}" toolchain/steps/drift.sh
timed down "${command[@]}" toolchain/steps/down.sh
note 'make up, make drift and make down measured'

patch_rows=()
if [[ -z $OWN_PULUMI ]]; then
    measure_engine patched
    patched_up=$engine_up patched_preview=$engine_preview
    for patch in toolchain/engine/pulumi/patches/*.patch; do
        name=$(basename "$patch" .patch)
        measure_engine "without-${name%%-*}"
        patch_rows+=("$name" "$engine_up" "$engine_preview")
    done
    note 'patches of the engine measured'
fi

title "Results of stack $STACK: $resources resources, $objects Kubernetes objects"
row 'program start, until its first registration' "$program_start" "$(ratio "$program_start" "$empty_start")x an empty program ($empty_start s)"
row 'program, until the end of its process' "$program_end" "$registered registrations"
row 'kubectl apply --server-side' "$kubectl" "$objects objects"
row 'pulumi up' "$up" "$(ratio "$up" "$kubectl")x kubectl"
row '  of it waiting for objects to become ready' "$waits" ''
row '  of it work' "$(awk "BEGIN { print $up - $waits }")" "$(ratio "($up - $waits)" "$kubectl")x kubectl"
row 'preview without changes' "$preview" ''
row '  with a pack of the SDK without policies' "$sent" "$(awk "BEGIN { printf \"%.2f\", $sent - $preview }") s more"
row '  with the policy pack' "$judged" "$(awk "BEGIN { printf \"%.2f\", $judged - $preview }") s more"
row "  with it, served by the policy SDK" "$served" "$(awk "BEGIN { printf \"%.2f\", $served - $judged }") s more than by its own server"
row 'make up, the first' "$first" ''
row '  that changes nothing' "$unchanged" ''
row "  that repairs TaskFlow's policies and replicas" "$repaired" "$(awk "BEGIN { printf \"%+.2f\", $repaired - $unchanged }") s"
row 'make drift' "$drift" "$(ratio "$drift" "$unchanged")x make up that changes nothing, which it is a part of"
row 'make down' "$down" ''
printf '  %-44s %8d KiB %s\n' 'state' $((state_bytes / 1024)) "$((state_bytes / resources)) bytes a resource"
((${#patch_rows[@]})) || exit 0
title 'Patches of the engine: what an update and a preview, both with the policy pack, take without each'
row 'with all patches: pulumi up' "$patched_up" "preview $patched_preview s"
set -- "${patch_rows[@]}"
while (($#)); do
    row "without ${1:0:36}" "$2" "$(awk "BEGIN { printf \"%+.0f%% of up, preview %+.2f s\", 100 * ($2 - $patched_up) / $patched_up, $3 - $patched_preview }")"
    shift 3
done
