#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../daemons/programs.sh
source "$here/../../daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/images/tool/build.sh [--print | --help]

Builds images, which makes, fetches and serves container images, and standin, the program of images whose real one cannot be
had. The last line of the output is their directory.

  --print   print that directory and build nothing

It takes half a minute on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    export CGO_ENABLED=0
    program_step 'images' "$here" "$1" .
    mv "$1/tool" "$1/images"
    program_step 'standin' "$here" "$1" ./standin
}

provide_programs images "$here" "$@"
