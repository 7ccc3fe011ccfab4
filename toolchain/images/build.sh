#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
    cat <<'TEXT'
Usage: toolchain/images/build.sh [--from auto|registry|packages] [--for FILE] DIRECTORY
       toolchain/images/build.sh --list

Puts container images into DIRECTORY, a store in OCI's layout, without an engine: pulled by their own names where their
registry answers, with the credentials of docker login, and assembled from packages where it does not.

  --from auto      ask each registry, and assemble what it does not give (default)
         registry  only pull
         packages  only assemble; no registry of images is asked
  --for FILE       one image name a line, - for standard input; default: every image of components/kit/images.ts
  --list           the table: what stands in each image, where it comes from, and what differs from the published one

Layers are kept in ${XDG_CACHE_HOME:-~/.cache}/platforms-toolchain/images by a digest of all that they are made of. Assembling
needs Debian's apt-get and dpkg-deb, npm, and python3 with pip; none of them changes the machine.
TEXT
}

from=auto for='' directory='' list=''
while (($#)); do
    case $1 in
        -h | --help) usage && exit ;;
        --list) list=yes ;;
        --from | --for)
            (($# > 1)) || { usage >&2 && exit 2; }
            if [[ $1 == --from ]]; then from=$2; else for=$2; fi
            shift
            ;;
        -*) usage >&2 && exit 2 ;;
        *) [[ -z $directory ]] || { usage >&2 && exit 2; } && directory=$1 ;;
    esac
    shift
done
[[ -n $list || -n $directory ]] || { usage >&2 && exit 2; }

toolchain/images/tool/build.sh >&2
tools=$(toolchain/images/tool/build.sh --print)
[[ -z $list ]] || exec "$tools/images" list

cache=${XDG_CACHE_HOME:-$HOME/.cache}/platforms-toolchain/images
mkdir -p "$cache"
if [[ -z $for ]]; then
    for=$(mktemp)
    trap 'rm -f "$for"' EXIT
    node toolchain/images/names.mjs >"$for"
fi
# Two builds at once wait for each other; the second one finds the work done.
exec 9>"$cache/lock"
flock 9
# Lists of packages that are a day old name packages that are no longer there.
find "$cache" -maxdepth 3 -path '*/apt/*' -name ready -mmin +720 -delete
"$tools/images" build --from "$from" --cache "$cache" --for "$for" "$directory"
# Unused for a month means that no checkout needs it any more.
find "$cache" -maxdepth 2 -type f -mtime +30 -path '*/layers/*' -delete
