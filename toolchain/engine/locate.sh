# shellcheck shell=bash
# Where things are: the checkout, its state, and the binaries it runs on. Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TOOLCHAIN_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/platforms-toolchain
oldest_pulumi=3.200.0
# Go's own default, which some of its packages turn off: it fetches the release that a go.mod names where the machine's is older.
export GOTOOLCHAIN=${GOTOOLCHAIN:-auto}

# digest PATH...: one short word for the content of the sources below the paths; tests and generated files do not count.
digest() {
    (
        find "$@" -type f \
            \( -name '*.go' -o -name go.mod -o -name go.sum -o -name '*.yaml' -o -name '*.patch' -o -name recipe.sh \) ! -name '*_test.go' -print0 |
            sort -z | xargs -0 sha256sum | sed "s|$ROOT/||" | sha256sum | cut -c 1-16
    )
}

# mark_used DIRECTORY: what nobody marks for a month is removed; in a cache that may only be read nothing is.
mark_used() { [[ ! -w $1 ]] || touch "$1"; }

# require_writable_cache: what is missing in the cache has to be put there.
require_writable_cache() {
    mkdir -p "$TOOLCHAIN_CACHE/parts" 2>/dev/null || true
    [[ -w $TOOLCHAIN_CACHE && -w $TOOLCHAIN_CACHE/parts ]] ||
        fail "$TOOLCHAIN_CACHE lacks what this checkout needs, and $(id -un) may not write there" \
            'let whose it is build it there (toolchain/engine/build.sh), or name a cache of your own with XDG_CACHE_HOME'
}

# at_least OLDEST VERSION: whether VERSION is OLDEST or later.
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

# own_pulumi: prints the pulumi that the user brought, if it can run this project.
own_pulumi() {
    local path version directory
    [[ ${TOOLCHAIN:-} != build ]] || return 0
    path=$(command -v pulumi) || return 0
    # One that an earlier `make env` put on PATH is ours.
    [[ $path != "$TOOLCHAIN_CACHE"/* ]] || return 0
    directory=$(dirname "$path")
    [[ -x $directory/pulumi-language-nodejs ]] || command -v pulumi-language-nodejs >/dev/null || return 0
    version=$(pulumi version 2>/dev/null) || return 0
    at_least "$oldest_pulumi" "${version#v}" || return 0
    printf '%s\n' "$path"
}

OWN_PULUMI=$(own_pulumi)
TOOLCHAIN_DIRECTORY=$TOOLCHAIN_CACHE/$(digest "$ROOT"/toolchain/{engine,cluster})
# Which engine is built and run: with all patches, with none, or without one of them, to see what it gains.
PLATFORMS_ENGINE=${PLATFORMS_ENGINE:-patched}
[[ $PLATFORMS_ENGINE =~ ^(patched|unpatched|without-[0-9]{4})$ ]] ||
    fail "PLATFORMS_ENGINE=$PLATFORMS_ENGINE is unknown; patched, unpatched and without-0001 are allowed, 0001 as any patch's number" \
        'leave it out for the engine with all patches'
if [[ -n $OWN_PULUMI ]]; then
    BIN=$TOOLCHAIN_DIRECTORY/cluster
elif [[ $PLATFORMS_ENGINE == patched ]]; then
    BIN=$TOOLCHAIN_DIRECTORY/bin
else
    BIN=$TOOLCHAIN_DIRECTORY/bin-$PLATFORMS_ENGINE
fi
export PLATFORMS_ENGINE ROOT TOOLCHAIN_CACHE TOOLCHAIN_DIRECTORY BIN OWN_PULUMI
