#!/usr/bin/env bash
# Usage: toolchain/steps/system-packages.sh [--help] [FILE]. Installs the packages that are missing of those that FILE names,
# which is system-packages.txt beside this script when it is left out.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=step.sh
source "$here/step.sh"

if [[ ${1:-} == --help ]]; then
    sed -n '2,3s/^# //p' "$0"
    exit
fi

export PATH=$PATH:/usr/sbin:/sbin
missing=()
while read -r package test; do
    [[ -z $package || $package == '#'* ]] || bash -c "$test" >/dev/null 2>&1 </dev/null || missing+=("$package")
done <"${1:-$here/system-packages.txt}"
((${#missing[@]})) || exit 0

command -v apt-get >/dev/null ||
    fail "programs are missing: ${missing[*]} (names of Debian packages)" 'install them with your package manager'
((EUID == 0)) ||
    fail "packages are missing: ${missing[*]}" "sudo apt-get install --no-install-recommends ${missing[*]}"

# Debian asks this file whether a service may start; 101 forbids it.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
apt-get install --quiet --yes --no-install-recommends "${missing[@]}"
