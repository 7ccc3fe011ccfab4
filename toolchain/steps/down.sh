#!/usr/bin/env bash
# Usage: toolchain/steps/down.sh. Removes one stack: STACK=dev, CLUSTER=embedded or current, YES=1 to skip the question about the latter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

if [[ ! -x $BIN/kube ]]; then
    fail 'the toolchain is not built, so nothing of this checkout can be running on it' 'toolchain/engine/build.sh builds it'
fi
require_writable_state
prepare_state

destroy() {
    stack_exists || { note "stack $STACK has no state" && return; }
    release_stale_locks
    pulumi destroy --yes --skip-preview --suppress-outputs "${display_arguments[@]}" --run-program=false --stack "$STACK" ||
        fail "pulumi destroy of stack $STACK failed; its message is above" 'correct what it names and run make down again'
}

title "Stack $STACK"
if [[ $CLUSTER == current ]]; then
    confirm_current 'destroy'
    destroy
    exit
fi
# A cluster that does not answer takes its objects with it when its data goes.
if [[ -f $KUBECONFIG ]] && cluster_answers; then destroy; else note 'the cluster is not running: its objects go with its data'; fi
title 'Cluster'
cluster stop --delete --dir "$CLUSTER_DIRECTORY"
if stack_exists; then
    step 'state removed' "pulumi stack rm --force $STACK" \
        pulumi stack rm --force --yes --preserve-config --non-interactive --stack "$STACK"
    forget_salt
fi
