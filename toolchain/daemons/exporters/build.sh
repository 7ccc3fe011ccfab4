#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/exporters/build.sh [--print | --help]

Builds node_exporter, prometheus-nats-exporter and nginx-prometheus-exporter, which the tests run to see which metrics they
really give, from the Go modules pinned in toolchain/daemons/exporters/go.mod. The last line of the output is their directory.

  --print   print that directory and build nothing

It takes two minutes on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

build_programs() {
    program_step 'node_exporter' "$here" "$1" github.com/prometheus/node_exporter
    program_step 'prometheus-nats-exporter' "$here" "$1" github.com/nats-io/prometheus-nats-exporter
    program_step 'nginx-prometheus-exporter' "$here" "$1" github.com/nginx/nginx-prometheus-exporter
}

provide_programs exporters "$here" "$@"
