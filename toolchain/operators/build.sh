#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../daemons/programs.sh
source "$here/../daemons/programs.sh"
# shellcheck source=recipe.sh
source "$here/recipe.sh"

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

provide_programs operators "$here" "$@"
