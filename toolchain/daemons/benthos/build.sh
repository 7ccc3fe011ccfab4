#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/benthos/build.sh [--print | --help]

Builds benthos, the engine of Redpanda Connect, with which the tests run the log bridge's configuration, from the Go module
pinned in toolchain/daemons/benthos/go.mod. The output to Redis and Prometheus' format are parts of Redpanda Connect alone, whose
module cannot be fetched whole; a test puts others in their place. The last line of the output is its directory.

  --print   print that directory and build nothing

It takes a minute on two cores the first time; the program is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    program_step 'benthos' "$here" "$1" .
}

provide_programs benthos "$here" "$@"
