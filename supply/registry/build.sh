#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../toolchain/daemons/programs.sh
source "$here/../../toolchain/daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: supply/registry/build.sh [--print | --help]

Builds the program that asks container registries, and the registry on loopback that tests ask, from the Go module pinned in
supply/registry/go.mod. The last line of the output is their directory.

  --print   print that directory and build nothing
TEXT
}

build_programs() {
    program_step 'registry client' "$here" "$1" .
    program_step 'registry of the tests' "$here" "$1" ./loopback
}

provide_programs registry "$here" "$@"
