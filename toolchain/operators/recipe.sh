# shellcheck shell=bash
# How the operators' images are made. Sourced after programs.sh, never run.
set -euo pipefail

prometheus=github.com/prometheus-operator/prometheus-operator
rabbitmq=github.com/rabbitmq/cluster-operator/v2
postgres=github.com/cloudnative-pg/cloudnative-pg

# shellcheck disable=SC2154 # here is set by whoever sources this
version() { awk -v module="$1" '$1 == module { print $2 }' "$here/go.mod"; }
module() { cd "$here" && go list -m -f '{{.Dir}}' "$1"; }

# image NAME PROGRAM OUTPUT: writes an image of the current directory that starts the file PROGRAM in it, as `docker save` does.
image() {
    local digest
    mkdir -m 1777 tmp
    tar --create --file ../layer.tar --owner 0 --group 0 --sort name --mtime @0 .
    digest=$(sha256sum ../layer.tar | cut -d' ' -f1)
    printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/%s"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
        "$(go env GOARCH)" "$2" "$digest" >../config.json
    printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$1" >../manifest.json
    tar --create --file "$3" --directory .. manifest.json config.json layer.tar
    rm ../{manifest.json,config.json,layer.tar}
}

# operator NAME IMAGE PACKAGE PATH [LINK]: links PACKAGE as the program at PATH, and at LINK, of an image that installations/NAME.yaml names.
operator() {
    local folder=$output/$1
    mkdir -p "$folder/built" "$folder/root/$(dirname "$4")"
    CGO_ENABLED=0 program_step "$1" "$here" "$folder/built" "$3"
    mv "$folder"/built/* "$folder/root/$4"
    [[ -z ${5:-} ]] || ln -s "$4" "$folder/root/$5"
    (cd "$folder/root" && image "$2" "$4" "$output/images/$1.tar")
    rm -rf "$folder"
}

build_programs() {
    output=$1
    mkdir "$output"/{images,installations}
    local postgres_version prometheus_version
    prometheus_version=$(version $prometheus) postgres_version=$(version $postgres)
    operator prometheus "quay.io/prometheus-operator/prometheus-operator:$prometheus_version" $prometheus/cmd/operator bin/operator
    operator prometheus-config-reloader "quay.io/prometheus-operator/prometheus-config-reloader:$prometheus_version" \
        $prometheus/cmd/prometheus-config-reloader bin/prometheus-config-reloader
    operator rabbitmq "ghcr.io/rabbitmq/cluster-operator:latest" $rabbitmq/cmd manager
    operator postgres "ghcr.io/cloudnative-pg/cloudnative-pg:${postgres_version#v}" $postgres/cmd/manager \
        "operator/manager_$(go env GOARCH)" manager
    install -m 644 "$(module $prometheus)/bundle.yaml" "$output/installations/prometheus.yaml"
    install -m 644 "$(module $postgres)/releases/cnpg-${postgres_version#v}.yaml" "$output/installations/postgres.yaml"
    "$BIN/kubectl" kustomize "$(module $rabbitmq)/config/installation" >"$output/installations/rabbitmq.yaml"
}
