#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../daemons/programs.sh
source "$here/../daemons/programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/operators/build.sh [--print | --help]

Builds the operators that are options of the platforms, for proofs on real nodes: those of Prometheus, RabbitMQ and CloudNativePG,
from the Go modules pinned in toolchain/operators/go.mod. Beside each as an image lies the installation that its own module has.
The last line of the output is the directory: images/NAME.tar and installations/NAME.yaml.

  --print   print that directory and build nothing

It takes six minutes on two cores the first time; the result is kept beside the other parts of the toolchain.
TEXT
}

prometheus=github.com/prometheus-operator/prometheus-operator
rabbitmq=github.com/rabbitmq/cluster-operator/v2
postgres=github.com/cloudnative-pg/cloudnative-pg

version() { awk -v module="$1" '$1 == module { print $2 }' "$here/go.mod"; }
module() { cd "$here" && go list -m -f '{{.Dir}}' "$1"; }

# operator NAME IMAGE PACKAGE PROGRAM: links PACKAGE as /PROGRAM of an image that installations/NAME.yaml names.
operator() {
    local folder=$output/$1
    mkdir "$folder"
    CGO_ENABLED=0 program_step "$1" "$here" "$folder" "$3"
    mv -T "$folder"/* "$folder.program"
    mv -T "$folder.program" "$folder/$4"
    "$nodes/cluster-image" "$2" "$output/images/$1.tar" "$folder/$4"
    rm -rf "$folder"
}

build_programs() {
    output=$1
    nodes=$("$here/../real-nodes/build.sh" --print)
    [[ -d $nodes ]] || fail 'the real nodes are not built' 'toolchain/real-nodes/build.sh builds them'
    mkdir "$output"/{images,installations}
    local postgres_version prometheus_version
    prometheus_version=$(version $prometheus) postgres_version=$(version $postgres)
    operator prometheus "quay.io/prometheus-operator/prometheus-operator:$prometheus_version" $prometheus/cmd/operator operator
    operator prometheus-config-reloader "quay.io/prometheus-operator/prometheus-config-reloader:$prometheus_version" \
        $prometheus/cmd/prometheus-config-reloader prometheus-config-reloader
    operator rabbitmq "ghcr.io/rabbitmq/cluster-operator:latest" $rabbitmq/cmd manager
    operator postgres "ghcr.io/cloudnative-pg/cloudnative-pg:${postgres_version#v}" $postgres/cmd/manager manager
    install -m 644 "$(module $prometheus)/bundle.yaml" "$output/installations/prometheus.yaml"
    install -m 644 "$(module $postgres)/releases/cnpg-${postgres_version#v}.yaml" "$output/installations/postgres.yaml"
    "$BIN/kubectl" kustomize "$(module $rabbitmq)/config/installation" >"$output/installations/rabbitmq.yaml"
}

provide_programs operators "$here" "$@"
