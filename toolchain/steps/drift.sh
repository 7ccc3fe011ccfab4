#!/usr/bin/env bash
# Usage: toolchain/steps/drift.sh. Shows what of a stack is not as its last update left it, and changes nothing: STACK=dev,
# CLUSTER=embedded or current. Ends 0 where nothing differs, 1 where something does, 2 where that could not be told.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

unknown() {
    printf '%serror:%s %s\nremedy: %s\n' "$step_red" "$step_reset" "$1" "$2" >&2
    exit 2
}

[[ -x $BIN/kube ]] || unknown 'the toolchain is not built' 'make up builds it'
[[ -d $STATE/pulumi || $PULUMI_BACKEND_URL != file://* ]] || unknown 'nothing was deployed from this checkout' "make up STACK=$STACK"
prepare_state
state=$(mktemp)
trap 'rm -f "$state"' EXIT
pulumi stack export --stack "$STACK" >"$state" || unknown "the state of stack $STACK cannot be read" 'pulumi says why above'
! running_update || unknown 'it changes what would be compared' 'wait for its end'
status=0
compare "$state" || status=$?
((status != 2)) || unknown 'whether something differs is not known' 'kubectl says why above'
((status != 0)) || note "$(node toolchain/steps/json.mjs resources <"$state") resources of stack $STACK are as declared"
((status != 1)) || note "make up$([[ $STACK == dev ]] || printf ' STACK=%s' "$STACK") brings them back"
exit "$status"
