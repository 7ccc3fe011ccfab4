#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../toolchain/daemons/programs.sh
source "$here/../../toolchain/daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: examples/contract-app/build.sh [--print | --help]

Builds contract-app, one static program without any file beside it. The last line of the output is its directory.

  --print   print that directory and build nothing

It takes a minute on two cores the first time; the program is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    CGO_ENABLED=0 program_step 'contract-app' "$here" "$1" .
}

provide_programs contract-app "$here" "$@"
