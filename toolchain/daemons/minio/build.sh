#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/minio/build.sh [--print | --help]

Builds minio and its client mc, with which the tests run the provisioning script, from the Go modules pinned in
toolchain/daemons/minio/go.mod: the server of the release that the platforms deploy, with the client that it is built with.
The last line of the output is their directory.

  --print   print that directory and build nothing

It takes five minutes on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    program_step 'mc' "$here" "$1" github.com/minio/mc
    program_step 'minio' "$here" "$1" github.com/minio/minio
}

provide_programs minio "$here" "$@"
