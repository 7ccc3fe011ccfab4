#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
    cat <<'TEXT'
Usage: toolchain/steps/prove-tests.sh [--help] [PIECE...]

Changes kit, security and the policy pack in thousands of small ways and asks whether a test notices each. Pieces: kit, security,
policies/ROOM. An hour or more on two cores for all; what was tried is kept in .state/mutation and not tried again.
TEXT
}

case ${1:-} in
    -h | --help) usage && exit ;;
esac
# shellcheck source=environment.sh
source toolchain/steps/environment.sh
require_node
install_packages "$ROOT" >&2
install_packages "$ROOT/policies" >&2
install_packages "$ROOT/tests/mutation" >&2
exec node tests/mutation/prove-tests.mjs "$@"
