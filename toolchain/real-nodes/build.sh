#!/usr/bin/env bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../daemons/programs.sh
source "$here/../daemons/programs.sh"
# shellcheck source=recipe.sh
source "$here/recipe.sh"

usage() {
    cat <<'TEXT'
Usage: toolchain/real-nodes/build.sh [--print | --quiet | --help]

Builds what real nodes of the embedded cluster run: containerd and runc, the network plugins, kubelet and kube-proxy, kube-router,
CoreDNS, metrics-server and the sidecars of the volumes' driver, from the Go modules pinned in toolchain/real-nodes/*/go.mod and
toolchain/cluster/go.mod, and packs those that run in pods as images. The last line of the output is their directory.

  --print   print that directory and build nothing
  --quiet   build, and leave that line out

It takes a quarter of an hour on two idle cores the first time; every part is kept beside the other parts of the toolchain. It needs a C
compiler and the headers of libseccomp, which the packages of toolchain/real-nodes/system-packages.txt bring.
TEXT
}

# part NAME TEXT SOURCE...: keeps what build_NAME makes under the digest of its sources.
parts=()
part() {
    local name=$1 text=$2 directory
    shift 2
    directory=$TOOLCHAIN_CACHE/parts/node-$name-$(digest "$here/recipe.sh" "$@")
    parts+=("$directory")
    [[ ! -d $directory ]] || return 0
    rm -rf "$directory.new"
    mkdir -p "$directory.new"
    step "$text" "$program_remedy" "build_$name" "$directory.new"
    mv -T "$directory.new" "$directory"
}

main() {
    local directory part
    directory=$TOOLCHAIN_CACHE/node-$(digest "$here" "$here/../cluster")
    case ${1:-} in
        '' | --quiet) ;;
        --print) printf '%s\n' "$directory" && return ;;
        -h | --help) usage && return ;;
        *) usage >&2 && exit 2 ;;
    esac
    mkdir -p "$TOOLCHAIN_CACHE/parts"
    exec 9>"$TOOLCHAIN_CACHE/real-nodes.lock"
    # What is there already is worth waiting for no other build.
    [[ -d $directory ]] || flock --nonblock 9 || { note 'another build of the real nodes is under way; waiting for it' && flock 9; }
    if [[ ! -d $directory ]]; then
        title 'Real nodes (the first build takes a quarter of an hour on two idle cores, later ones seconds)'
        part kubelet "kubelet, kube-proxy $kubernetes_version" "$here/../cluster"
        part containers "containerd $(version github.com/containerd/containerd/v2 containers), runc, network plugins" "$here/containers"
        part policies "kube-router $(version github.com/cloudnativelabs/kube-router/v2 policies)" "$here/policies"
        part addons 'CoreDNS, metrics-server, sidecars of the volumes' "$here/addons"
        rm -rf "$directory.new"
        mkdir "$directory.new"
        for part in "${parts[@]}"; do cp -al "$part/." "$directory.new/"; done
        step 'images of what runs in pods' "$program_remedy" build_images "$directory.new"
        mv -T "$directory.new" "$directory"
    fi
    touch "$directory"
    [[ ${1:-} == --quiet ]] || printf '%s\n' "$directory"
}

main "$@"
