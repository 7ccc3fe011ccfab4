#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../daemons/programs.sh
source "$here/../../daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/images/nats-cli/build.sh [--print | --help]

Builds nats, the client that scripts of the platforms call in nats-box, from the Go module pinned in
toolchain/images/nats-cli/go.mod. The last line of the output is its directory.

  --print   print that directory and build nothing

It takes a minute on two cores the first time; the program is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    CGO_ENABLED=0 program_step 'nats' "$here" "$1" github.com/nats-io/natscli/nats
}

provide_programs nats-cli "$here" "$@"
