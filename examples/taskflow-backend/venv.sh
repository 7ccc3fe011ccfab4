#!/bin/sh
# Creates or reuses the virtual environment of the backend and its tests.
set -eu

usage() {
    cat <<'TEXT'
Usage: venv.sh [--help]

Creates a Python virtual environment with requirements-dev.txt and prints its path.
It is reused as long as the requirements and the Python version stay the same.

Environment:
  PLATFORMS_STATE   folder that receives venv/   (default: .state in the repository)
  PYTHON            interpreter, 3.10 or newer   (default: python3)
TEXT
}

case "${1:-}" in
    "") ;;
    -h | --help) usage; exit 0 ;;
    *) echo "venv.sh: unknown argument \"$1\"" >&2; usage >&2; exit 2 ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
state=${PLATFORMS_STATE:-$here/../../.state}
mkdir -p "$state"
venv=$(cd "$state" && pwd)/venv

if ! "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    echo "venv.sh: $python is missing, older than 3.10 or without venv; install python3 and python3-venv, or set PYTHON" >&2
    exit 1
fi

# Two runs at once wait for each other here; the lock ends with this process.
exec 9>"$venv.lock"
flock 9

wanted=$("$python" -c 'import sys; print(sys.version)' | cat - "$here/requirements.txt" "$here/requirements-dev.txt" | sha256sum | cut -d" " -f1)
if [ "$(cat "$venv/requirements.sha256" 2>/dev/null)" != "$wanted" ]; then
    echo "venv.sh: installing requirements-dev.txt into $venv" >&2
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements-dev.txt" >&2
    echo "$wanted" >"$venv/requirements.sha256"
fi
echo "$venv"
