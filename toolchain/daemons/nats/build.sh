#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/nats/build.sh [--print | --help]

Builds nats-server, which the tests run with the rendered configuration, from the Go module pinned in
toolchain/daemons/nats/go.mod. The last line of the output is its directory.

  --print   print that directory and build nothing

It takes a minute on two cores the first time; the program is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    program_step 'nats-server' "$here" "$1" github.com/nats-io/nats-server/v2
    # Go names the program after the module's last folder but the version.
    [[ -x $1/nats-server ]]
}

provide_programs nats "$here" "$@"
