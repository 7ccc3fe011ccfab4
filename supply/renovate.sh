#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=../toolchain/steps/environment.sh
source toolchain/steps/environment.sh

# Renovate itself runs elsewhere, as an app or in a pipeline of its own; only its validator is wanted here, and no lock file
# of this project should carry its 600 packages.
renovate_version=44.121.2

usage() {
    cat <<TEXT
Usage: supply/run.sh renovate [--extract]

Checks .github/renovate.json with the validator of Renovate $renovate_version, which npm fetches the first time (360 MB).

  --extract   has Renovate read the checkout as well, and counts by manager what it would keep current
TEXT
}

renovate() { npm exec --yes --package "renovate@$renovate_version" -- "$@"; }

case ${1:-} in
    -h | --help) usage && exit ;;
    '' | --extract) ;;
    *) usage >&2 && exit 2 ;;
esac
require_node
# Without its native library for regular expressions Renovate takes those of Node.js, which read these the same way.
export RENOVATE_X_IGNORE_RE2=true
renovate renovate-config-validator --strict --no-global .github/renovate.json ||
    fail 'the configuration of Renovate is not valid; the validator says why above' 'correct .github/renovate.json'
if [[ ${1:-} == --extract ]]; then
    LOG_LEVEL=debug LOG_FORMAT=json renovate renovate --platform=local --dry-run=extract |
        grep -o '"managers":{.*"total":{[^}]*}' | head -n 1
fi
