#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../test-programs.sh
source "$here/../test-programs.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/alertmanager/build.sh [--print | --help]

Builds alertmanager and amtool, with which the tests check, route and deliver alerts, from the Go module pinned in
toolchain/alertmanager/go.mod. The last line of the output is their directory.

  --print   print that directory and build nothing

It takes a minute on two cores the first time; the programs are kept beside the other parts of the toolchain.
TEXT
}

module=github.com/prometheus/alertmanager

# link_server DIRECTORY: links the server. Its module lacks the compiled pages of the user interface, which no test looks at;
# a page that says so takes their place in a copy of the sources.
link_server() {
    local sources=$1/sources found
    cd "$here"
    found=$(GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' "$module")
    cp -r --no-preserve=mode "$found" "$sources"
    mkdir "$sources/ui/app/dist"
    echo '<!doctype html><title>Alertmanager without its pages</title>' >"$sources/ui/app/dist/index.html"
    cp go.mod go.sum "$1/"
    go mod edit -replace "$module=$sources" "$1/go.mod"
    GOFLAGS=-mod=readonly nice go build -modfile "$1/go.mod" -trimpath -ldflags '-s -w' -o "$1/" "$module/cmd/alertmanager"
    rm -rf "$sources" "$1/go.mod" "$1/go.sum"
}

build_programs() {
    program_step 'amtool' "$here" "$1" "$module/cmd/amtool"
    step 'alertmanager' "$program_remedy" link_server "$1"
}

provide_programs alertmanager "$here" "$@"
