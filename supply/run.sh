#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=../toolchain/steps/environment.sh
source toolchain/steps/environment.sh

usage() {
    cat <<'TEXT'
Usage: supply/run.sh COMMAND [OPTION...]

  pin        asks the registries for the digests of the images and locks them in images.lock.json
  outdated   lists packages, modules and images that are behind
  sbom       writes bills of materials of the program, the toolchain and the images of a stack
  licences   renews docs/licences.md
  audit      looks for known vulnerabilities of what is used here
  renovate   checks .github/renovate.json with Renovate's own validator

supply/run.sh COMMAND --help explains each.
TEXT
}

# node_script FILE ARGUMENT...: runs a command that is written in TypeScript.
node_script() {
    require_node
    install_packages "$ROOT"
    exec node --require ts-node/register/transpile-only "$@"
}

command=${1:-}
shift || true
case $command in
    pin) node_script supply/digests/pin.ts "$@" ;;
    outdated) node_script supply/outdated/outdated.ts "$@" ;;
    sbom) node_script supply/bills/sbom.ts "$@" ;;
    licences) node_script supply/licences/licences.ts "$@" ;;
    audit) exec supply/audit.sh "$@" ;;
    renovate) exec supply/renovate.sh "$@" ;;
    -h | --help) usage ;;
    *) usage >&2 && exit 2 ;;
esac
