# shellcheck shell=bash
# How each part of the toolchain is made, in the versions that belong together. A change here makes all parts anew.
# Sourced, never run.
set -euo pipefail

pulumi_version=3.276.0
kubernetes_version=1.36.5
# The versions of @pulumi/kubernetes and @pulumi/random in package.json.
provider_version=4.25.0
random_version=4.21.2
provider_module=github.com/pulumi/pulumi-kubernetes/provider/v4
kubernetes_flags="-X k8s.io/component-base/version.gitVersion=v$kubernetes_version
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"

# compile MODULE PACKAGE OUTPUT [FLAGS [OPTION]]: links PACKAGE as MODULE's go.mod and go.sum pin it.
compile() {
    cd "$ROOT/toolchain/$1"
    GOFLAGS=-mod=readonly go build ${5:+"$5"} -ldflags "-s -w ${4:-}" -o "$3" "$2"
}

module_directory() {
    go mod download "$1" && go list -m -f '{{.Dir}}' "$1"
}

# copy_module MODULE DIRECTORY: copies the sources of MODULE to DIRECTORY/module, to be changed there, and beside them what
# makes a build of the module in the current directory take them: -modfile=DIRECTORY/go.mod.
copy_module() {
    mkdir "$2"
    cp go.mod go.sum "$2"
    cp -r --no-preserve=mode "$(module_directory "$1")" "$2/module"
    go mod edit -replace "$1=$2/module" "$2/go.mod"
}

# engine_patches: the patches of the engine that PLATFORMS_ENGINE asks for.
engine_patches() {
    local patch
    for patch in "$ROOT"/toolchain/engine/pulumi/patches/*.patch; do
        case $PLATFORMS_ENGINE in
            unpatched) ;;
            without-*) [[ $patch == */"${PLATFORMS_ENGINE#without-}"-* ]] || printf '%s\n' "$patch" ;;
            *) printf '%s\n' "$patch" ;;
        esac
    done
}

# build_pulumi DIRECTORY: upstream's engine with patches, each of which says why in its head; one that does not apply fails.
build_pulumi() {
    local sources=$1/sources module=github.com/pulumi/pulumi/pkg/v3 patch
    cd "$ROOT/toolchain/engine/pulumi"
    copy_module "$module" "$sources"
    # Without the ceiling git would leave out what the repository around the cache, if there is one, ignores.
    engine_patches | while read -r patch; do
        GIT_CEILING_DIRECTORIES=$sources git -C "$sources/module" apply "$patch"
    done
    compile engine/pulumi "$module/cmd/pulumi" "$1/pulumi" \
        "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$pulumi_version" "-modfile=$sources/go.mod"
    rm -rf "$sources"
}

build_language_host() { compile engine/pulumi ./language-nodejs "$1/pulumi-language-nodejs"; }

# Providers get the directory names under which the engine looks for its plugins.
build_random() { compile engine/provider-random . "$1/resource-random-v$random_version/pulumi-resource-random"; }

build_kubernetes() {
    cd "$ROOT/toolchain/engine/provider-kubernetes"
    local module
    module=$(module_directory "$provider_module")
    install -m 644 "$module"/cmd/pulumi-resource-kubernetes/{schema,terraform-mapping}.json .
    compile engine/provider-kubernetes . "$1/resource-kubernetes-v$provider_version/pulumi-resource-kubernetes" "-X $provider_module/pkg/version.Version=v$provider_version"
}

build_cluster() {
    compile cluster ./kube "$1/kube" "$kubernetes_flags"
    local name
    for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok cluster; do ln -s kube "$1/$name"; done
}

build_share() {
    cd "$ROOT/toolchain/cluster"
    local stages file
    stages=$(module_directory sigs.k8s.io/kwok)/kustomize/stage
    for file in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease \
        pod/fast/pod-{ready,complete,delete} volume/fast/{pvc-provision,pvc-delete,pv-bind,pv-delete}; do
        cat "$stages/$file.yaml"
        printf '\n---\n'
    done >"$1/kwok-stages.yaml"
    cat "$stages/volume/fast/storage-class.yaml" >"$1/kwok-storage-class.yaml"
    cd "$ROOT/toolchain/cluster/crds"
    mkdir "$1/crds"
    # Definitions of what the program itself creates; those that only an operator's own objects need are left out, the
    # largest by far.
    local traefik certmanager prometheus postgres rabbitmq
    traefik=$(module_directory github.com/traefik/traefik/v3)
    certmanager=$(module_directory github.com/cert-manager/cert-manager)
    prometheus=$(module_directory github.com/prometheus-operator/prometheus-operator)/example/prometheus-operator-crd
    postgres=$(module_directory github.com/cloudnative-pg/cloudnative-pg)
    rabbitmq=$(module_directory github.com/rabbitmq/cluster-operator/v2)
    install -m 644 "$traefik/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml" "$1/crds/traefik.yaml"
    install -m 644 "$certmanager"/deploy/crds/cert-manager.io_{certificates,issuers,clusterissuers}.yaml \
        "$prometheus"/monitoring.coreos.com_{servicemonitors,podmonitors,prometheusrules,scrapeconfigs}.yaml \
        "$postgres/config/crd/bases/postgresql.cnpg.io_clusters.yaml" \
        "$rabbitmq/config/crd/bases/rabbitmq.com_rabbitmqclusters.yaml" "$1/crds/"
}
