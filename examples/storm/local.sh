#!/bin/sh
# The developers' loop of Storm on k3d: a cluster, images in it, and a look at what was deployed.
set -eu

usage() {
    cat <<'TEXT'
Usage: local.sh cluster
       local.sh images --source DIR [--tag TAG] [--build SERVICE=CONTEXT:DOCKERFILE]...
       local.sh check

  cluster  creates the k3d cluster "storm": one server node, port 30080 of this machine leads to it, context k3d-storm
  images   builds the services' images, imports them into the cluster, and prints the settings with which Storm runs them
  check    waits until all pods are ready, two minutes at most, and asks the gateway for its health

  --source  the checkout with the services' code
  --tag     version of the images; a new one for each build, because the nodes keep what they have (default: the time, in UTC)
  --build   build context and Dockerfile of one service, relative to --source. Default, as Storm's document has it:
              gateway-service=.:gateway-service/Dockerfile     message-service=.:message-service/Dockerfile
              media-service=.:media-service/Dockerfile         user-service=user-service:user-service/Dockerfile

Between images and check: put the printed settings into Pulumi.dev.yaml, and run make up CLUSTER=current
TEXT
}

cluster=storm
context=k3d-$cluster
services='gateway-service user-service message-service media-service'

fail() {
    echo "local.sh: $1" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null 2>&1 || fail "$1 is not on PATH; install it first"
}

create_cluster() {
    need k3d
    need kubectl
    if k3d cluster list "$cluster" >/dev/null 2>&1; then
        echo "cluster $cluster exists already"
    else
        k3d cluster create "$cluster" --servers 1 --port '30080:30080@server:0'
    fi
    kubectl --context "$context" wait --for=condition=Ready --timeout=120s "node/$context-server-0"
}

# recipe SERVICE: prints build context and Dockerfile, parted by a colon.
recipe() {
    found=
    for build in $builds; do
        case $build in
            "$1="*) found=${build#*=} ;;
        esac
    done
    if [ -n "$found" ]; then
        echo "$found"
    elif [ "$1" = user-service ]; then
        echo "$1:$1/Dockerfile"
    else
        echo ".:$1/Dockerfile"
    fi
}

build_images() {
    need docker
    need k3d
    [ -n "$source" ] || fail '--source is missing; give the checkout with the code of the services'
    for service in $services; do
        build=$(recipe "$service")
        [ -f "$source/${build#*:}" ] || fail "$source/${build#*:} does not exist; name context and Dockerfile with --build $service=CONTEXT:DOCKERFILE"
    done
    for service in $services; do
        build=$(recipe "$service")
        docker build --tag "storm/$service:$tag" --file "$source/${build#*:}" "$source/${build%%:*}"
    done
    for service in $services; do
        set -- "$@" "storm/$service:$tag"
    done
    k3d image import "$@" --cluster "$cluster"
    echo "platforms:storm:"
    for service in $services; do
        echo "  ${service%-service}:"
        echo "    image: storm/$service:$tag"
    done
}

check() {
    need kubectl
    need curl
    kubectl --context "$context" wait --namespace storm --for=condition=Ready --timeout=120s pods \
        --selector app.kubernetes.io/part-of=storm --field-selector status.phase!=Succeeded
    kubectl --context "$context" get pods,pvc --namespace storm
    curl --fail --silent --show-error --max-time 10 http://localhost:30080/health >/dev/null
    echo 'http://localhost:30080/health answers'
}

command=${1:-}
[ $# -eq 0 ] || shift
source='' tag=$(date -u +%Y%m%d-%H%M%S) builds=''
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || [ "$1" = --help ] || fail "$1 needs a value; see local.sh --help"
    case $1 in
        --source) source=$2 ;;
        --tag) tag=$2 ;;
        --build)
            case $2 in
                *-service=*:*) builds="$builds $2" ;;
                *) fail "--build is \"$2\"; allowed is SERVICE=CONTEXT:DOCKERFILE" ;;
            esac
            ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift 2
done
case $tag in
    '' | latest | *[!A-Za-z0-9._-]*) fail "--tag is \"$tag\"; give a version, such as 0.2.0" ;;
esac

case $command in
    cluster) create_cluster ;;
    images) build_images ;;
    check) check ;;
    -h | --help) usage ;;
    *) usage >&2 && exit 2 ;;
esac
