# shellcheck shell=bash
# What the machine must offer, checked before anything is started. Sourced, never run.

required_disk_gib=20

require_linux() {
    [[ $(uname -s) == Linux ]] ||
        fail "the embedded cluster needs Linux, and this is $(uname -s)" \
            'run inside a Linux machine or container, or point at a cluster of yours with CLUSTER=current'
}

# shellcheck disable=SC2154 # oldest_node is node.sh's
# A Node.js that is too old still fetches the one that the toolchain keeps.
require_node() {
    local program
    for program in node npm; do
        command -v "$program" >/dev/null ||
            fail "$program is not on PATH" "install Node.js $oldest_node or later, with npm, from https://nodejs.org"
    done
    node_suffices || keep_node "$(node --version)"
}

# require_go MODULE: an old Go fetches the release that MODULE's go.mod names, unless the user forbade that.
require_go() {
    command -v go >/dev/null ||
        fail 'go is not on PATH, and the toolchain has to be built once' \
            'install Go 1.26 from https://go.dev/dl, or put a pulumi of 3.200 or later on PATH and use CLUSTER=current'
    local output
    output=$(cd "$1" && go list -m 2>&1) ||
        fail "$(go env GOVERSION 2>/dev/null || echo 'this Go') is too old: ${output##*$'\n'}" \
            'install Go 1.26 from https://go.dev/dl; where GOTOOLCHAIN=local is set, unset it so that Go may fetch the release that it lacks'
}

# require_disk DIRECTORY...: each must lie on a disk with room for a build from nothing.
require_disk() {
    local directory free
    for directory in "$@"; do
        mkdir -p "$directory"
        free=$(df -Pk "$directory" | awk 'NR == 2 { print int($4 / 1048576) }')
        ((free >= required_disk_gib)) ||
            fail "$directory has $free GiB free, and a first build needs $required_disk_gib GiB" \
                'free some space, or move the caches: GOCACHE, GOMODCACHE and XDG_CACHE_HOME name them'
    done
}
