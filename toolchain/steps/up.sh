#!/usr/bin/env bash
# Usage: toolchain/steps/up.sh. Deploys one stack: STACK=dev, CLUSTER=embedded or current, YES=1 to skip the question about the latter,
# NODES=simulated or real for the former, NODE_COUNT=3 of them, PLATFORM=NAME for one platform alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

began=$SECONDS
require_writable_state
prepare_tools
prepare_cluster up
prepare_stack
recover
look_ahead
[[ $NODES != real || $CLUSTER != embedded ]] || load_images
pulumi up --yes --skip-preview --suppress-outputs "${display_arguments[@]}" --stack "$STACK" "${configuration_arguments[@]}" "${policy_arguments[@]}" ||
    fail "pulumi up of stack $STACK failed; its message is above" \
        'correct what it names and run make up again: it goes on where this one stopped (docs/troubleshooting.md)'
remember_declared
summarise
note "$(elapsed $((SECONDS - began))) in all"
