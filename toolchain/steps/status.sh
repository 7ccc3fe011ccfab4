#!/usr/bin/env bash
# Usage: toolchain/steps/status.sh. Shows the cluster, the last update of the stack and the pods: STACK=dev, CLUSTER=embedded or current.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

[[ -x $BIN/kube ]] || fail 'the toolchain is not built' 'make up builds it'
prepare_state
title 'Cluster'
if [[ $CLUSTER == embedded ]]; then
    cluster status --dir "$CLUSTER_DIRECTORY" | indented || true
    service_addresses
else
    note "context $(kubectl config current-context)"
fi
title "Stack $STACK"
if stack_exists; then
    running_update | indented || true
    pulumi stack history --stack "$STACK" --page-size 1 --page 1 --json | node toolchain/steps/json.mjs update | indented
else
    note 'never deployed; make up deploys it'
fi
if cluster_answers; then
    title 'Pods'
    pods_by_namespace | indented
fi
