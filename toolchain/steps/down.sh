#!/usr/bin/env bash
# Usage: toolchain/steps/down.sh. Removes one stack: STACK=dev, CLUSTER=embedded or current. With the latter YES=1 skips the question
# about the cluster; the stack prod asks for its name as well, which YES=prod answers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

if [[ ! -x $BIN/kube ]]; then
    fail 'the toolchain is not built, so nothing of this checkout can be running on it' 'toolchain/engine/build.sh builds it'
fi
require_writable_state
prepare_state

# refuse_protected: names what the engine would refuse to delete, after it had deleted all the rest.
refuse_protected() {
    local kept
    kept=$(in_state protected)
    [[ -n $kept ]] || return 0
    printf '%s\n' "$kept" | sed "s/^/$step_indent$step_indent/"
    fail "stack $STACK protects $(wc -l <<<"$kept") objects, listed above; nothing was deleted" \
        "when they and their data may go: pulumi state unprotect --all --yes --stack $STACK (eval \"\$(make -s env)\" puts pulumi on PATH), then make down again"
}

# confirm_production: the name of a stack with production's data is typed, not agreed to.
confirm_production() {
    local answer
    [[ $STACK == prod && ${YES:-} != prod ]] || return 0
    [[ -t 0 ]] || fail "nobody is there to be asked for the name of stack $STACK" "repeat with YES=$STACK"
    read -r -p "${step_indent}Type the name of the stack to remove it: " answer
    [[ $answer == "$STACK" ]] || fail "\"$answer\" is not $STACK; nothing was deleted" "type $STACK, or repeat with YES=$STACK"
}

# list_left_behind NAMESPACE...: claims that outlive their StatefulSet where their namespace does, and volumes whose class keeps them, each
# by the command that removes it.
list_left_behind() {
    local namespace name claim lines=()
    while read -r namespace name; do
        [[ " $* " != *" $namespace "* ]] || lines+=("kubectl delete persistentvolumeclaim --namespace $namespace $name")
    done < <(kubectl get persistentvolumeclaims --all-namespaces --output \
        'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{"\n"}{end}')
    while read -r namespace claim name; do
        [[ " $* " != *" $namespace "* ]] || lines+=("kubectl delete persistentvolume $name   # of $namespace/$claim")
    done < <(kubectl get persistentvolumes --output \
        'jsonpath={range .items[?(@.spec.persistentVolumeReclaimPolicy=="Retain")]}{.spec.claimRef.namespace}{" "}{.spec.claimRef.name}{" "}{.metadata.name}{"\n"}{end}')
    ((${#lines[@]})) || return 0
    title 'Left on the cluster with their data; what is not needed goes with'
    printf '%s\n' "${lines[@]}" | indented
}

destroy() {
    local namespaces
    stack_exists || { note "stack $STACK has no state" && return; }
    release_stale_locks
    refuse_protected
    confirm_production
    mapfile -t namespaces < <(in_state namespaces)
    pulumi destroy --yes --skip-preview --suppress-outputs "${display_arguments[@]}" --run-program=false --stack "$STACK" ||
        fail "pulumi destroy of stack $STACK failed; its message is above" 'correct what it names and run make down again'
    list_left_behind "${namespaces[@]}"
}

title "Stack $STACK"
if [[ $CLUSTER == current ]]; then
    confirm_current 'destroy'
    destroy
    exit
fi
# An update that is under way would go on in a cluster that ends.
release_stale_locks
note "its objects go with the cluster's data"
title 'Cluster'
cluster stop --delete --dir "$CLUSTER_DIRECTORY"
if stack_exists; then
    step 'state removed' "pulumi stack rm --force $STACK" \
        pulumi stack rm --force --yes --preserve-config --non-interactive --stack "$STACK"
    forget_salt
fi
