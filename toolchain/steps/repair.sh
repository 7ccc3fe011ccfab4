# shellcheck shell=bash
# Brings back what was changed or deleted by hand. Sourced after recover.sh, never run.
set -euo pipefail

# More arguments than these refresh the whole stack, which is as fast and has no limit.
most_targets=200

# compare FILE [OPTION...]: what differs between the exported state in FILE and the cluster; ends 0 nothing, 1 something, 2 unknown.
compare() { node "$ROOT/toolchain/drift/drift.mjs" "${@:2}" <"$1"; }

# refresh_targets FILE: reads back what the cluster has of the objects whose URNs stand in FILE.
refresh_targets() {
    local targets
    mapfile -t targets < <(sed 's/^/--target=/' "$1")
    ((${#targets[@]} <= most_targets)) || targets=()
    pulumi refresh --yes --skip-preview --run-program=false --stack "$STACK" --non-interactive "${targets[@]}"
}

# repair STATE: names what is not as it was declared and reads it back, so that the update that follows declares it again. The
# provider takes fields that others have written over since (PULUMI_K8S_ENABLE_PATCH_FORCE).
repair() {
    local targets lines status=0
    targets=$(mktemp)
    lines=$(compare "$1" --targets "$targets") || status=$?
    if ((status == 2)); then
        rm -f "$targets"
        fail 'the objects of the cluster cannot be compared; the reason is above' 'mend it, and run make up again'
    elif ((status == 1)); then
        title 'Repair'
        printf '%s\n' "$lines" | indented
        [[ ! -s $targets ]] || step "$(wc -l <"$targets") objects are not as declared: reading them back" "run pulumi refresh --stack $STACK and answer its questions" \
            refresh_targets "$targets"
    fi
    rm -f "$targets"
}

# declared: a digest of all that decides what the program declares, cheaper than to run it.
declared() {
    {
        find "$ROOT/components" "$ROOT"/*.ts "$ROOT"/*.js "$ROOT"/*.json "$ROOT/Pulumi.yaml" -type f -print0 | sort -z | xargs -0 sha256sum
        sed '/^encryptionsalt:/d' "${configuration_arguments[1]:-$(stack_file)}" 2>/dev/null || true
    } | sha256sum | cut -d' ' -f1
}

declared_file() { printf '%s/declared/%s\n' "$STATE" "$STACK"; }

# remember_declared: what has been deployed, so that the next run knows whether it changes anything.
remember_declared() {
    mkdir -p "$STATE/declared"
    declared >"$(declared_file)"
}

# look_ahead: where something is declared otherwise than the last time, has the engine and the API server judge it before anything is
# changed: what a cluster of the user's own lacks, a volume that cannot grow or would be another, a policy that is broken. Where
# nothing is there that could be lost, the embedded cluster has nothing to judge.
look_ahead() {
    ((resources > 0)) || [[ $CLUSTER == current ]] || return 0
    [[ $(declared) != $(cat "$(declared_file)" 2>/dev/null) ]] || return 0
    local preview status=0 options=(--non-interactive --stack "$STACK" "${configuration_arguments[@]}" "${policy_arguments[@]}")
    preview=$(mktemp)
    title 'What changes, judged before anything does'
    pulumi preview --json --show-sames "${options[@]}" >"$preview" 2>/dev/null || status=$?
    if ((status != 0)); then
        rm -f "$preview"
        # Once more in words.
        ! pulumi preview --suppress-progress "${options[@]}" || return 0
        fail 'what is declared cannot be deployed as it is; nothing was changed' 'correct what stands above (docs/troubleshooting.md)'
    fi
    if [[ $CLUSTER == current ]]; then
        node "$ROOT/toolchain/preflight/preflight.mjs" <"$preview" | indented || status=$?
    fi
    ((status != 2)) || warn 'whether the cluster has all that is needed is not known'
    node "$ROOT/toolchain/preflight/claims.mjs" <"$preview" | indented || status=1
    rm -f "$preview"
    ((status != 1)) || fail 'the cluster refuses what stands above, or lacks it; nothing was changed' \
        'docs/clusters.md says what each part is for, docs/troubleshooting.md how volumes change; then make up again'
}
