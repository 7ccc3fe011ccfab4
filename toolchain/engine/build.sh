#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../steps/step.sh
source "$here/../steps/step.sh"
# shellcheck source=../steps/requirements.sh
source "$here/../steps/requirements.sh"
# shellcheck source=locate.sh
source "$here/locate.sh"
# shellcheck source=recipe.sh
source "$here/recipe.sh"
go_remedy='run the command again: what was built is kept. When a module cannot be fetched, check GOPROXY and the network'

usage() {
    cat <<'TEXT'
Usage: toolchain/engine/build.sh [--print | --help]

Finds or builds what the project runs on: the Pulumi engine with its Node.js language host, the Kubernetes and random
providers, and the embedded cluster. Everything comes from Go modules pinned in toolchain/**/go.mod and verified by go.sum.

  --print   print the directory of the binaries and build nothing

Built parts are kept in ${XDG_CACHE_HOME:-~/.cache}/platforms-toolchain and shared by all checkouts of the same content.
PLATFORMS_ENGINE=unpatched builds the engine as upstream has it, PLATFORMS_ENGINE=without-0001 without one of the patches in
toolchain/engine/pulumi/patches. A pulumi of 3.200 or later on PATH, beside its language host, is used instead of a built one; TOOLCHAIN=build builds anyway.
TEXT
}

# part NAME TEXT SOURCE...: keeps what build_NAME makes under the digest of its sources, and adds it to the list. A part that is
# made in several forms has the name of its form in the variable form.
parts=()
part() {
    local name=$1 text=$2 directory
    shift 2
    directory=$TOOLCHAIN_CACHE/parts/$name${form:+-$form}-$(digest "$here/recipe.sh" "$@")
    parts+=("$directory")
    [[ -d $directory ]] && return
    require_go "$ROOT/toolchain/engine/pulumi"
    require_disk "$TOOLCHAIN_CACHE" "$(go env GOCACHE)" "$(go env GOMODCACHE)"
    rm -rf "$directory.new"
    mkdir -p "$directory.new"
    step "$text" "$go_remedy" "build_$name" "$directory.new"
    mv -T "$directory.new" "$directory"
}

# assemble DIRECTORY PART...: hard links the parts into one directory, whole or not at all.
assemble() {
    local target=$1 part
    shift
    [[ -d $target ]] && return
    rm -rf "$target.new"
    mkdir -p "$target.new"
    for part in "$@"; do cp -al "$part/." "$target.new/"; done
    mv -T "$target.new" "$target"
}

main() {
    case ${1:-} in
        '') ;;
        --print) printf '%s\n' "$BIN" && return ;;
        -h | --help) usage && return ;;
        *) usage >&2 && exit 2 ;;
    esac
    if [[ -x $BIN/kube ]]; then
        mark_used "$TOOLCHAIN_DIRECTORY"
        return
    fi
    require_writable_cache
    exec 9>"$TOOLCHAIN_CACHE/lock"
    flock --nonblock 9 || { note 'another build is under way; waiting for it' && flock 9; }
    title 'Toolchain (the first build takes half an hour on two cores, later ones seconds)'
    part cluster "embedded cluster: Kubernetes $kubernetes_version, etcd, kwok, kubectl" "$ROOT"/toolchain/cluster/{go.mod,go.sum,kube,internal}
    local cluster=${parts[-1]}
    part share 'simulation rules and custom resource definitions' "$ROOT/toolchain/cluster/go.mod" "$ROOT/toolchain/cluster/crds"
    local share=${parts[-1]}
    parts=("$cluster")
    if [[ -z $OWN_PULUMI ]]; then
        part language_host 'Node.js language host' "$here"/pulumi/{go.mod,go.sum,language-nodejs}
        form=$PLATFORMS_ENGINE part pulumi "pulumi $pulumi_version, $PLATFORMS_ENGINE" "$here"/pulumi/{go.mod,go.sum,patches}
        local binaries=("${parts[@]}")
        parts=()
        part random "random provider $random_version" "$here/provider-random"
        part kubernetes "Kubernetes provider $provider_version (the longest)" "$here/provider-kubernetes"
        assemble "$TOOLCHAIN_DIRECTORY/plugins" "${parts[@]}"
        parts=("${binaries[@]}")
    fi
    assemble "$TOOLCHAIN_DIRECTORY/share" "$share"
    assemble "$BIN" "${parts[@]}"
    prune
}

# Unused for a month means that no checkout runs on it any more.
prune() {
    find "$TOOLCHAIN_CACHE" "$TOOLCHAIN_CACHE/parts" -mindepth 1 -maxdepth 1 -type d ! -name parts -mtime +30 \
        ! -path "$TOOLCHAIN_DIRECTORY" -exec rm -rf {} +
}

main "$@"
