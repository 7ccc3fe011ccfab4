#!/usr/bin/env bash
# Usage: eval "$(toolchain/steps/env.sh)". Prints what puts pulumi, kubectl and one stack into a shell: STACK=dev, CLUSTER=embedded or current.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

[[ -x $BIN/kube ]] || fail 'the toolchain is not built' 'make up builds it'
prepare_state
names=(PATH PULUMI_BACKEND_URL PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS PULUMI_SKIP_UPDATE_CHECK
    PULUMI_K8S_ENABLE_PATCH_FORCE PULUMI_STACK PLATFORMS_CHECKOUT PLATFORMS_CLUSTER)
[[ -n $OWN_PULUMI ]] || names+=(PULUMI_HOME PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION)
[[ $CLUSTER == current ]] || names+=(KUBECONFIG)
[[ -z ${PULUMI_CONFIG_PASSPHRASE_FILE:-} ]] || names+=(PULUMI_CONFIG_PASSPHRASE_FILE)
export PULUMI_STACK=$STACK PLATFORMS_CHECKOUT=$ROOT
for name in "${names[@]}"; do printf 'export %s=%q\n' "$name" "${!name}"; done
