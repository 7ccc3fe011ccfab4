#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../programs.sh
source "$here/../programs.sh"
# shellcheck source=../../engine/recipe.sh
source "$here/../../engine/recipe.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/daemons/alertmanager/build.sh [--print | --help]

Builds alertmanager and amtool, with which the tests check, route and deliver alerts, from the Go module pinned in
toolchain/daemons/alertmanager/go.mod. The last line of the output is their directory.

  --print   print that directory and build nothing

It takes a minute on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

module=github.com/prometheus/alertmanager

# link_server DIRECTORY: links the server. Its module lacks the compiled pages of the user interface, which no test looks at;
# a page that says so takes their place in a copy of the sources.
link_server() {
    local sources=$1/sources
    cd "$here"
    copy_module "$module" "$sources"
    mkdir "$sources/module/ui/app/dist"
    echo '<!doctype html><title>Alertmanager without its pages</title>' >"$sources/module/ui/app/dist/index.html"
    link_program "$here" "$1" "$module/cmd/alertmanager" "-modfile=$sources/go.mod"
    rm -rf "$sources"
}

build_programs() {
    program_step 'amtool' "$here" "$1" "$module/cmd/amtool"
    step 'alertmanager' "$program_remedy" link_server "$1"
}

provide_programs alertmanager "$here" "$@"
