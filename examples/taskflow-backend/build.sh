#!/bin/sh
# Builds the image of the TaskFlow API where the cluster finds it.
set -eu

usage() {
    cat <<'TEXT'
Usage: build.sh [--target auto|minikube|k3d|kind|docker] [--tag NAME:VERSION] [--cluster NAME]

Builds the image of the TaskFlow API and puts it where the nodes of a local cluster find it, then lists it.

  --target   minikube  build inside minikube's own Docker daemon
             k3d       build with Docker, then import into the k3d cluster
             kind      build with Docker, then load into the kind cluster
             docker    build with Docker only
             auto      the one the current kubectl context belongs to, docker otherwise (default)
  --tag      name and version of the image   (default: taskflow-backend:1.0)
  --cluster  minikube profile, k3d or kind cluster   (default: taken from the context with auto,
             otherwise minikube, k3s-default or kind)
TEXT
}

fail() {
    echo "build.sh: $1" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null 2>&1 || fail "$1 is not on PATH; install it or choose another --target"
}

target=auto
tag=taskflow-backend:1.0
cluster=
while [ $# -gt 0 ]; do
    case "$1" in
        -h | --help) usage; exit 0 ;;
        --target | --tag | --cluster)
            [ $# -ge 2 ] || fail "$1 needs a value; see build.sh --help"
            case "$1" in
                --target) target=$2 ;;
                --tag) tag=$2 ;;
                --cluster) cluster=$2 ;;
            esac
            shift 2
            ;;
        *) fail "unknown argument \"$1\"; see build.sh --help" ;;
    esac
done

# A version is demanded: "latest" cannot be told apart from an older build on the node.
case "${tag##*/}" in
    *:latest | *:) fail "--tag is \"$tag\"; give a version, such as taskflow-backend:1.0" ;;
    *:*) ;;
    *) fail "--tag is \"$tag\" without a version; give one, such as taskflow-backend:1.0" ;;
esac

if [ "$target" = auto ]; then
    context=$(kubectl config current-context 2>/dev/null || true)
    case "$context" in
        k3d-*) target=k3d cluster=${cluster:-${context#k3d-}} ;;
        kind-*) target=kind cluster=${cluster:-${context#kind-}} ;;
        *)
            profile=${cluster:-${context:-minikube}}
            if command -v minikube >/dev/null 2>&1 && minikube status --profile "$profile" >/dev/null 2>&1; then
                target=minikube cluster=$profile
            else
                target=docker
            fi
            ;;
    esac
    echo "target: $target${cluster:+ ($cluster)}"
fi

need docker
here=$(cd "$(dirname "$0")" && pwd)
case "$target" in
    minikube)
        need minikube
        # Only this process talks to minikube's daemon; the caller's shell keeps its own.
        environment=$(minikube docker-env --shell sh --profile "${cluster:-minikube}") \
            || fail "minikube ${cluster:-minikube} offers no Docker daemon; start it with: minikube start --container-runtime=docker"
        eval "$environment"
        docker build --tag "$tag" "$here"
        ;;
    k3d)
        need k3d
        docker build --tag "$tag" "$here"
        k3d image import "$tag" --cluster "${cluster:-k3s-default}"
        ;;
    kind)
        need kind
        docker build --tag "$tag" "$here"
        kind load docker-image "$tag" --name "${cluster:-kind}"
        ;;
    docker) docker build --tag "$tag" "$here" ;;
    *) fail "--target is \"$target\"; allowed are auto, minikube, k3d, kind, docker" ;;
esac
docker image ls "${tag%:*}"
