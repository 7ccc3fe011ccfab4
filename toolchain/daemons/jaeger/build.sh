#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/jaeger/build.sh [--print | --help]

Builds jaeger, with which the tests run the rendered configuration, from the Go module pinned in toolchain/daemons/jaeger/go.mod.
The module's newest release that Go can fetch holds Jaeger 2.13; the platforms deploy a later one with the same configuration.
The last line of the output is its directory.

  --print   print that directory and build nothing

It takes ten minutes on two cores the first time; the program is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    program_step 'jaeger' "$here" "$1" github.com/jaegertracing/jaeger/cmd/jaeger
}

provide_programs jaeger "$here" "$@"
