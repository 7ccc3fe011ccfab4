# shellcheck shell=bash
# What runs, where, and what to type next. Sourced after stack.sh, never run.
set -euo pipefail

# pods_by_namespace: one line per namespace that has pods: how many of them run.
pods_by_namespace() {
    kubectl get pods --all-namespaces --no-headers \
        -o 'custom-columns=NAMESPACE:.metadata.namespace,PHASE:.status.phase,OWNER:.metadata.ownerReferences[0].kind' 2>/dev/null |
        awk '$2 == "Running" { running[$1]++ } $2 == "Succeeded" { done[$1]++ } { all[$1]++ }
            END { for (name in all) {
                line = sprintf("%-28s %d of %d pods running", name, running[name], all[name] - done[name])
                if (done[name]) line = line sprintf(", %d completed", done[name])
                print line
            } }' | sort
}

# stack_addresses: the outputs of the stack that are URLs, however deep they lie, with their names.
stack_addresses() {
    pulumi stack output --json --stack "$STACK" 2>/dev/null | node "$ROOT/toolchain/steps/json.mjs" addresses
}

# service_addresses: where Services of a cluster with real nodes answer on this machine.
service_addresses() {
    [[ $NODES == real ]] || return 0
    local addresses
    addresses=$(cluster addresses --dir "$CLUSTER_DIRECTORY")
    [[ -n $addresses ]] || return 0
    title 'Services on this machine'
    printf '%s\n' "$addresses" | indented
}

indented() { sed "s/^/$step_indent/"; }

summarise() {
    title 'Running'
    pods_by_namespace | indented
    local addresses
    addresses=$(stack_addresses)
    if [[ -n $addresses ]]; then
        title 'Addresses'
        printf '%s\n' "$addresses" | indented
    fi
    service_addresses
    local arguments=''
    [[ $STACK == dev ]] || arguments=" STACK=$STACK"
    [[ $CLUSTER == embedded ]] || arguments+=" CLUSTER=$CLUSTER"
    title 'Next'
    cat <<TEXT | indented
eval "\$(make -s env$arguments)"   puts pulumi, kubectl and this stack into your shell
kubectl get pods --all-namespaces
pulumi stack --stack $STACK
make status$arguments, make down$arguments
TEXT
}
