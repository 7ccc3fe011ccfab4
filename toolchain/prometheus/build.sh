#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../step.sh
source "$here/../step.sh"
# shellcheck source=../locate.sh
source "$here/../locate.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/prometheus/build.sh [--print | --help]

Builds prometheus and promtool, with which the tests check and run the monitoring configuration, from the Go modules
pinned in toolchain/prometheus/go.mod. The last line of the output is the directory of the two programs.

  --print   print that directory and build nothing

It takes five minutes on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

# Of two dozen service discoveries only the one for Kubernetes is compiled in.
compile_prometheus() {
    cd "$here"
    local package=github.com/prometheus/prometheus
    GOFLAGS=-mod=readonly nice go build -trimpath -ldflags '-s -w' -tags remove_all_sd,enable_kubernetes_sd \
        -o "$1/" "$package/cmd/prometheus" "$package/cmd/promtool"
}

main() {
    local directory
    directory=$TOOLCHAIN_CACHE/parts/prometheus-$(digest "$here")
    case ${1:-} in
        '') ;;
        --print) printf '%s\n' "$directory" && return ;;
        -h | --help) usage && return ;;
        *) usage >&2 && exit 2 ;;
    esac
    mkdir -p "$TOOLCHAIN_CACHE/parts"
    # Two builds at once wait for each other; the second one finds the work done.
    exec 9>"$TOOLCHAIN_CACHE/prometheus.lock"
    flock 9
    if [[ ! -d $directory ]]; then
        rm -rf "$directory.new"
        mkdir "$directory.new"
        step 'prometheus and promtool' \
            'run the command again: what was built is kept. When a module cannot be fetched, check GOPROXY and the network' \
            compile_prometheus "$directory.new"
        mv -T "$directory.new" "$directory"
    fi
    printf '%s\n' "$directory"
}

main "$@"
