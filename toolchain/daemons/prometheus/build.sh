#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/prometheus/build.sh [--print | --help]

Builds what the tests check and run the monitoring with, from the Go modules pinned in toolchain/daemons/prometheus: prometheus
and promtool, postgres_exporter, redis_exporter and kube-state-metrics. The last line of the output is their directory.

  --print   print that directory and build nothing

It takes some minutes on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

# compile DIRECTORY OUTPUT TAGS PACKAGE...: links the packages as the go.mod and go.sum of DIRECTORY pin them.
compile() {
    local directory=$1 output=$2 tags=$3
    shift 3
    cd "$directory"
    GOFLAGS=-mod=readonly nice go build -trimpath -ldflags '-s -w' -tags "$tags" -o "$output/" "$@"
}

build_programs() {
    local prometheus=github.com/prometheus/prometheus/cmd
    # Of two dozen service discoveries only the one for Kubernetes is compiled in.
    step 'prometheus and promtool' "$program_remedy" \
        compile "$here" "$1" remove_all_sd,enable_kubernetes_sd "$prometheus/prometheus" "$prometheus/promtool"
    step 'postgres_exporter, redis_exporter and kube-state-metrics' "$program_remedy" \
        compile "$here/exporters" "$1" '' github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter \
        github.com/oliver006/redis_exporter k8s.io/kube-state-metrics/v2
}

provide_programs monitoring "$here" "$@"
