# shellcheck shell=bash
# How each part of the real nodes is made. A change here makes all of them anew. Sourced after programs.sh, never run.
set -euo pipefail

kubernetes_version=$(sed -n 's/^\tk8s.io\/kubernetes v\([0-9.]*\).*/\1/p' "$here/../cluster/go.mod")
minor=${kubernetes_version#1.}
kubernetes_flags="-X k8s.io/component-base/version.gitVersion=v$kubernetes_version
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=${minor%%.*}"

# version MODULE DIRECTORY: the version of MODULE that DIRECTORY's go.mod pins.
version() { awk -v module="$1" '$1 == module && $2 ~ /^v/ { print $2 }' "$here/$2/go.mod"; }

# link MODULE_DIRECTORY OUTPUT PACKAGE [OPTION...]: like link_program, without the C library unless CGO_ENABLED says so.
link() {
    CGO_ENABLED=${CGO_ENABLED:-0} link_program "$@"
}

build_containers() {
    local plugin program plugins=github.com/containernetworking/plugins/plugins
    mkdir "$1/cni"
    for plugin in main/ptp main/loopback ipam/host-local meta/portmap; do link "$here/containers" "$1/cni" "$plugins/$plugin"; done
    # Without these tags it asks for the headers of three kinds of storage that nobody uses here.
    for program in containerd containerd-shim-runc-v2; do
        link "$here/containers" "$1" "github.com/containerd/containerd/v2/cmd/$program" -tags 'no_btrfs no_devmapper no_zfs'
    done
    CGO_ENABLED=1 link "$here/containers" "$1" github.com/opencontainers/runc -tags seccomp
}

build_addons() {
    local package
    for package in github.com/kubernetes-csi/external-{provisioner/v6/cmd/csi-provisioner,resizer/v2/cmd/csi-resizer} \
        sigs.k8s.io/metrics-server/cmd/metrics-server github.com/coredns/coredns; do
        link "$here/addons" "$1" "$package"
    done
}

build_policies() { link "$here/policies" "$1" github.com/cloudnativelabs/kube-router/v2/cmd/kube-router; }

build_kubelet() {
    cd "$here/../cluster"
    # With the options of kube, so that the compiled packages of both are the same.
    GOFLAGS=-mod=readonly nice go build -ldflags "-s -w $kubernetes_flags" -o "$1/kube-node" ./node
    local name
    for name in kubelet kube-proxy cluster-network cluster-gateway cluster-node cluster-volumes cluster-image; do
        ln -s kube-node "$1/$name"
    done
    link "$here/../cluster" "$1" ./pause
}

# image NAME VERSION PROGRAM: packs one program as the image NAME:VERSION, and adds it to the list that the cluster reads.
image() {
    ./cluster-image "$1:$2" "images/$3.tar" "$3"
    printf '%s %s\n' "$3" "$1:$2" >>images/names
}

build_images() {
    cd "$1"
    mkdir images
    image registry.k8s.io/pause 3.10.2 pause
    image registry.k8s.io/coredns/coredns "$(version github.com/coredns/coredns addons)" coredns
    image registry.k8s.io/metrics-server/metrics-server "$(version sigs.k8s.io/metrics-server addons)" metrics-server
}
