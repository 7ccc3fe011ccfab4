#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../daemons/programs.sh
source "$here/../daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/cert-manager/build.sh [--print | --help]

Builds cert-manager for proofs on real nodes, from the Go module pinned in toolchain/cert-manager/go.mod: one program that runs its
controller, webhook, cainjector or startupapicheck, and prints what its chart installs. The last line of the output is the directory:
the program cert-manager, the chart, and the version.

  --print   print that directory and build nothing

It takes three minutes on two cores the first time; the result is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    local output=$1 module=github.com/cert-manager/cert-manager
    CGO_ENABLED=0 program_step 'cert-manager' "$here" "$output" .
    mv -T "$output/cmd" "$output/cert-manager"
    cd "$here"
    cp -r --no-preserve=mode "$(go list -m -f '{{.Dir}}' "$module")/deploy/charts/cert-manager" "$output/chart"
    go list -m -f '{{.Version}}' "$module" >"$output/version"
}

provide_programs cert-manager "$here" "$@"
