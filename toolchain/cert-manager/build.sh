#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../daemons/programs.sh
source "$here/../daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/cert-manager/build.sh [--print | --help]

Builds cert-manager for proofs on real nodes, from the Go module pinned in toolchain/cert-manager/go.mod: the images of its
controller, webhook, cainjector and startupapicheck, and a program that prints what its chart installs. The last line of the output is
the directory: images/NAME.tar, the program cert-manager, its chart and its version.

  --print   print that directory and build nothing

It takes three minutes on two cores the first time; the result is kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    local output=$1 module=github.com/cert-manager/cert-manager nodes version
    nodes=$("$here/../real-nodes/build.sh" --print)
    [[ -d $nodes ]] || fail 'the real nodes are not built' 'toolchain/real-nodes/build.sh builds them'
    CGO_ENABLED=0 program_step 'cert-manager' "$here" "$output" .
    mv -T "$output/cmd" "$output/cert-manager"
    mkdir "$output/images"
    cd "$here"
    version=$(go list -m -f '{{.Version}}' "$module")
    for part in controller webhook cainjector startupapicheck; do
        "$nodes/cluster-image" "quay.io/jetstack/cert-manager-$part:$version" "$output/images/$part.tar" "$output/cert-manager" "$part"
    done
    cp -r --no-preserve=mode "$(go list -m -f '{{.Dir}}' "$module")/deploy/charts/cert-manager" "$output/chart"
    printf '%s\n' "$version" >"$output/version"
}

provide_programs cert-manager "$here" "$@"
