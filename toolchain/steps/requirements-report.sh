#!/usr/bin/env bash
# Usage: toolchain/steps/requirements-report.sh. Prints which requirements the last make test proved.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

require_node
install_packages "$ROOT" >&2
node --require ts-node/register/transpile-only tests/requirements/report.ts
