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
        step "$(wc -l <"$targets") objects are not as declared: reading them back" "run pulumi refresh --stack $STACK and answer its questions" \
            refresh_targets "$targets"
    fi
    rm -f "$targets"
}
