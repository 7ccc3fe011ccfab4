#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=../toolchain/steps/environment.sh
source toolchain/steps/environment.sh

pip_audit_version=2.10.1

usage() {
    cat <<TEXT
Usage: supply/run.sh audit [npm|go|python]...

Looks for known vulnerabilities, in all three or the named ones, and fails on those that can be exploited here:

  npm     npm audit of what the program and the policy pack run on; packages that only build and test are not asked about
  go      govulncheck of every program that is built here: only calls that lead to a vulnerable function count
  python  pip-audit $pip_audit_version of the packages of the example

GOVULNDB=URL is asked in place of Go's own database; file:///DIRECTORY is a copy of it.
Exit codes: 0 nothing was found, 1 something was found, 3 a database could not be asked.
TEXT
}

# Folders with Go programs, and the packages that are built there.
go_programs=(
    'supply/registry ./...'
    'toolchain/cluster ./...'
    'toolchain/engine/pulumi ./language-nodejs github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'
    'toolchain/engine/provider-kubernetes .'
    'toolchain/engine/provider-random .'
)

found=0 unasked=0

# verdict TEXT STATUS FOUND LOG: counts what came of one question; FOUND is the exit code that means a vulnerability.
verdict() {
    local text=$1 status=$2 vulnerable=$3 log=$4
    if ((status == 0)); then
        note "$step_green✓$step_reset $text"
    elif ((status == vulnerable)) && ! grep -qE 'audit endpoint returned an error|could not be audited|ConnectionError|ServiceError|HTTPError' "$log"; then
        found=1
        note "$step_red✗$step_reset $text"
        sed 's/^/      /' "$log"
    else
        unasked=1
        note "? $text: could not be asked: $(grep -m 1 -E '[^[:space:]]' "$log" | cut -c 1-160)"
    fi
}

# question TEXT FOUND COMMAND...: runs one check and counts what comes of it.
question() {
    local text=$1 vulnerable=$2 status=0 log
    shift 2
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    verdict "$text" "$status" "$vulnerable" "$log"
    rm -f "$log"
}

audit_npm() {
    local folder
    for folder in . policies; do
        question "npm packages of $folder" 1 npm audit --prefix "$folder" --omit=dev --audit-level=moderate
    done
}

# In a shell of its own: the next question begins where this one did.
vulnerable_calls() (
    tool=$(cd supply/tools && GOFLAGS=-mod=readonly go tool -n govulncheck)
    cd "$1"
    "$tool" ${GOVULNDB:+-db "$GOVULNDB"} "${@:2}"
)

audit_go() {
    local program words
    for program in "${go_programs[@]}"; do
        read -r -a words <<<"$program"
        question "Go programs of ${words[0]}" 3 vulnerable_calls "${words[@]}"
    done
}

audit_python() {
    local environment=$STATE/pip-audit-$pip_audit_version
    [[ -x $environment/bin/pip-audit ]] || {
        python3 -m venv "$environment"
        "$environment/bin/pip" install --quiet --disable-pip-version-check "pip-audit==$pip_audit_version"
    }
    question 'Python packages of examples/taskflow-backend' 1 "$environment/bin/pip-audit" --progress-spinner off --strict --no-deps \
        --disable-pip --requirement examples/taskflow-backend/requirements.txt
}

kinds=(npm go python)
case ${1:-} in
    -h | --help) usage && exit ;;
    '') ;;
    *) kinds=("$@") ;;
esac
for kind in "${kinds[@]}"; do
    [[ $kind =~ ^(npm|go|python)$ ]] || { usage >&2 && exit 2; }
done
require_node
title 'Known vulnerabilities'
for kind in "${kinds[@]}"; do "audit_$kind"; done
((found == 0)) || exit 1
((unasked == 0)) || exit 3
