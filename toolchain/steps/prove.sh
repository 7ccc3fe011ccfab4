#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
    cat <<'TEXT'
Usage: toolchain/steps/prove.sh [--help]

Runs one platform after another, in its dev form where no other is asked for, on three real nodes of this machine, shows what holds there, and prints one table:
platform by point, proven, FAILED, or - where it cannot be shown, with the reason above. Needs Linux and root.

  PLATFORM=taskflow,storm   these platforms, all when left out
  POINT=1,2                 these points, all when left out (docs/real-nodes.md lists them)
  FORM=prod                 the form of prod instead of dev's
  OBSERVE=300               seconds for which no container may end

Each run has a cluster of its own, which ends with it. It fails when a point does.
TEXT
}

case ${1:-} in
    -h | --help) usage && exit ;;
esac
platforms=${PLATFORM:-} points=${POINT:-}
# What follows reads PLATFORM as the one of a stack.
unset PLATFORM
# shellcheck source=runState.sh
source toolchain/steps/runState.sh
own_state prove
NODES=real
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

known=$(find components/platforms -mindepth 1 -maxdepth 1 -type d -printf '%f ' | sort)
for name in ${platforms//,/ }; do
    [[ " $known " == *" $name "* ]] || fail "PLATFORM=$name is no platform" "choose from: $known"
done
[[ ${OBSERVE:-300} =~ ^[0-9]+$ ]] || fail "OBSERVE=$OBSERVE is no number of seconds" 'make prove OBSERVE=60'
[[ ${FORM:=dev} == dev || $FORM == prod ]] || fail "FORM=$FORM is no form that is proven" 'choose from: dev prod'
[[ $points =~ ^([0-9]+(,[0-9]+)*)?$ ]] || fail "POINT=$points is no list of points" 'make prove POINT=1,2'
((EUID == 0)) || fail 'real nodes need root, and this is not' 'repeat the command as root'

end_with_run
prepare_tools
prepare_nodes
prepare_state
# Whatever is put down for a moment goes with the run.
export TMPDIR=$PLATFORMS_STATE/tmp
mkdir -p "$TMPDIR"
title 'Proof'
set -m
node --require ts-node/register/transpile-only tests/proof/main.ts "$platforms" "$points" "$FORM" &
job=$!
set +m
status=0
wait "$job" || status=$?
job=''
((status == 0)) || exit "$status"
