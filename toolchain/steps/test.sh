#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
    cat <<'TEXT'
Usage: toolchain/steps/test.sh [--help] [STAGE...]

Proves the project, all stages or the named ones, and ends with one line: N passed, N failed, and N skipped where tests were.

  types       type check of the program, the tests and the policy pack
  lint        eslint and shellcheck
  unit        components, configuration, generated content
  documents   pages: what they list, show and link to; such a test proves that something is documented, not that it holds
  policies    the policy pack's own tests
  toolchain   Go tests of the language host, the embedded cluster, the images and the registry client, tests of the requirements report
  examples    tests of the buildable backend and of the program that stands for applications without an image
  daemons     configuration files in the real programs that read them
  nodes       real nodes of the embedded cluster, pods on them, TaskFlow whole, and that they leave nothing behind (Linux, root)
  engine      the program through the real engine on an embedded cluster of the run's own

Results are kept in .state/test-results, from which `make requirements` reports.
TEXT
}

all_stages=(types lint unit documents policies toolchain examples daemons nodes engine)
case ${1:-} in
    -h | --help) usage && exit ;;
esac
# shellcheck source=runState.sh
source toolchain/steps/runState.sh
own_state test
state=$whole_state
# shellcheck source=environment.sh
source toolchain/steps/environment.sh

stages=("$@")
((${#stages[@]})) || stages=("${all_stages[@]}")
for name in "${stages[@]}"; do
    [[ " ${all_stages[*]} " == *" $name "* ]] || fail "stage $name is unknown" "choose from: ${all_stages[*]}"
done

run=$state/test-results/$(date -u +%Y%m%dT%H%M%SZ)-$$
passed=0 failed=0 skipped=0 failures=() skips=() began_all=$SECONDS

end_with_run

# stage NAME KIND COMMAND...: runs one stage to its end, whatever comes of it. KIND tells count.mjs how to count.
stage() {
    local name=$1 kind=$2 began=$SECONDS status=0 also='' counted counts title ticker log=$run/${1// /-}.log results=$run/${1// /-}
    shift 2
    step_tick "$name" "$began" &
    ticker=$!
    set -m
    TEST_RESULTS=$results "$@" >"$log" 2>&1 </dev/null &
    job=$!
    set +m
    wait "$job" || status=$?
    job=''
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    [[ ! -t 1 ]] || printf '\r\e[K'
    mapfile -t counted < <(node toolchain/steps/count.mjs "$kind" "$results" "$log" "$status")
    read -r -a counts <<<"${counted[0]}"
    for title in "${counted[@]:1}"; do
        case $title in
            'failed '*) failures+=("$name: ${title#failed }") ;;
            'skipped '*) skips+=("$name: ${title#skipped }") ;;
        esac
    done
    passed=$((passed + counts[0])) failed=$((failed + counts[1])) skipped=$((skipped + counts[2]))
    ((counts[2] == 0)) || also=", ${counts[2]} skipped"
    if ((counts[1] == 0)); then
        note "$step_green✓$step_reset $(printf '%-24s' "$name") ${counts[0]} passed$also  $step_dim$(elapsed $((SECONDS - began)))$step_reset"
    else
        note "$step_red✗$step_reset $(printf '%-24s' "$name") ${counts[0]} passed, ${counts[1]} failed$also  $(elapsed $((SECONDS - began)))"
        tail -n 60 "$log" | sed 's/^/      /'
        note "  the whole log: ${log/#$ROOT/.}"
    fi
}

shell_check() {
    command -v shellcheck >/dev/null || { echo 'shellcheck is not installed; remedy: apt-get install shellcheck' && return 1; }
    # Sourced files are checked where they are sourced by a name that shellcheck finds. Not every script uses all that they define,
    # and what they define is not known everywhere.
    find toolchain supply examples -name '*.sh' -type f -perm /111 -exec shellcheck --check-sourced --exclude SC2034,SC1091,SC2154 {} +
    shellcheck .ci/run
}

go_tests() {
    cd "$1"
    GOFLAGS=-mod=readonly nice go test -count=1 -json "$2"
}

python_tests() {
    local environment
    cd "$1"
    environment=$(PLATFORMS_STATE=$state ./venv.sh)
    "$environment/bin/python" -m pytest -rA
}

# with_unpatched_engine COMMAND...: runs a command with the engine as upstream has it, built first if need be.
with_unpatched_engine() {
    PLATFORMS_ENGINE=unpatched toolchain/engine/build.sh
    PLATFORMS_ENGINE=unpatched PATH=$(PLATFORMS_ENGINE=unpatched toolchain/engine/build.sh --print):$PATH "$@"
}

run_stage() {
    case $1 in
        types)
            stage 'types' single npm run --silent typecheck
            stage 'types of the policies' single npm run --silent --prefix policies typecheck
            ;;
        lint)
            stage 'lint' single npm run --silent lint
            stage 'lint of the scripts' single shell_check
            ;;
        unit) stage 'unit' mocha npm run --silent test:unit ;;
        documents) stage 'documents' mocha npm run --silent test:documents ;;
        policies) stage 'policies' mocha npm test --silent --prefix policies -- --reporter ../tests/harness/reporter.ts ;;
        toolchain)
            stage 'language host' go go_tests toolchain/engine/pulumi ./language-nodejs
            stage 'embedded cluster' go go_tests toolchain/cluster ./internal/...
            stage 'registry client' go go_tests supply/registry ./...
            stage 'images' go go_tests toolchain/images/tool ./...
            stage 'requirements report' mocha node_modules/.bin/mocha 'tests/requirements/*.test.ts'
            ;;
        examples)
            for directory in examples/*/; do
                [[ ! -f $directory/pytest.ini ]] || stage "$(basename "$directory")" python python_tests "$directory"
                [[ ! -f $directory/go.mod ]] || stage "$(basename "$directory")" go go_tests "$directory" ./...
            done
            ;;
        daemons) stage 'daemons' mocha npm run --silent test:daemons ;;
        nodes)
            if ((EUID == 0)); then
                # What they run is installed and built here, where the time of a stage shows it.
                stage 'nodes' mocha npm run --silent test:nodes
            else
                skips+=('nodes: needs root') skipped=$((skipped + 1))
                note "- nodes                    skipped: needs root"
            fi
            ;;
        engine)
            stage 'engine' mocha npm run --silent test:engine
            # What users have whose pulumi is their own: nothing but speed may hang on the patches.
            [[ -n $OWN_PULUMI ]] || stage 'engine without patches' mocha with_unpatched_engine npm run --silent test:upstream
            ;;
    esac
}

prepare_tools
# Whoever lacks them and may not install them still gets the result of every other test.
toolchain/steps/system-packages.sh || warn 'tests that need these programs will fail'
prepare_state
mkdir -p "$run"
title "Tests (${stages[*]})"
for name in "${stages[@]}"; do run_stage "$name"; done
if ((${#stages[@]} == ${#all_stages[@]})); then
    title 'Faults that were found in what runs, and the tests that would fail if one came back'
    node toolchain/steps/faults.mjs "$run" | indented
fi
# The newest five runs are enough to look back on.
find "$state/test-results" -mindepth 1 -maxdepth 1 -type d | sort | head -n -5 | xargs -r rm -rf
note "$(elapsed $((SECONDS - began_all))) in all"
# Once more at the end, where the eye is.
for failure in "${failures[@]}"; do note "$step_red✗$step_reset $failure"; done
for skip in "${skips[@]}"; do note "skipped: $skip"; done
printf '%d passed, %d failed%s\n' "$passed" "$failed" "$( ((skipped == 0)) || printf ', %d skipped' "$skipped")"
((failed == 0))
