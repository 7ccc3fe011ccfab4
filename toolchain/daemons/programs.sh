# shellcheck shell=bash
# Builds programs that only tests run, once for all checkouts of the same sources. Sourced, never run.
toolchain=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../steps/step.sh
source "$toolchain/steps/step.sh"
# shellcheck source=../engine/locate.sh
source "$toolchain/engine/locate.sh"
program_remedy='run the command again: what was built is kept. When a module cannot be fetched, check GOPROXY and the network'

# link_program MODULE_DIRECTORY OUTPUT PACKAGE [OPTION...]: links PACKAGE as the directory's go.mod and go.sum pin it.
link_program() {
    cd "$1"
    GOFLAGS=-mod=readonly nice go build "${@:4}" -trimpath -ldflags '-s -w' -o "$2/" "$3"
}

# program_step TEXT MODULE_DIRECTORY OUTPUT PACKAGE: the same as a step with its remedy.
program_step() {
    local text=$1
    shift
    step "$text" "$program_remedy" link_program "$@"
}

# provide_programs NAME SOURCES [--print | --help]: runs build_programs DIRECTORY unless that was done for these sources,
# and prints the directory; usage must be defined too.
provide_programs() {
    local name=$1 sources=$2 directory
    directory=$TOOLCHAIN_CACHE/parts/$name-$(digest "$sources")
    case ${3:-} in
        '') ;;
        --print) printf '%s\n' "$directory" && return ;;
        -h | --help) usage && return ;;
        *) usage >&2 && exit 2 ;;
    esac
    [[ ! -d $directory ]] || { printf '%s\n' "$directory" && return; }
    require_writable_cache
    # Two builds at once wait for each other; the second one finds the work done.
    exec 9>"$TOOLCHAIN_CACHE/$name.lock"
    flock 9
    if [[ ! -d $directory ]]; then
        rm -rf "$directory.new"
        mkdir "$directory.new"
        build_programs "$directory.new"
        mv -T "$directory.new" "$directory"
    fi
    printf '%s\n' "$directory"
}
