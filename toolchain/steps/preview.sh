#!/usr/bin/env bash
# Usage: toolchain/steps/preview.sh. Shows what up would change: STACK=dev, CLUSTER=embedded or current.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

require_writable_state
prepare_tools
# A preview changes nothing, so there is nothing to consent to.
YES=1 prepare_cluster preview
prepare_stack
release_stale_locks
pulumi preview "${display_arguments[@]}" --stack "$STACK" "${configuration_arguments[@]}" "${policy_arguments[@]}" ||
    fail "pulumi preview of stack $STACK failed; its message is above" 'correct what it names (docs/troubleshooting.md)'
