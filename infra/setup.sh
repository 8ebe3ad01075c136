#!/bin/sh
# Makes the virtual environment with the pinned, hashed dependencies and this project in it: setup.sh FOLDER
set -eu
venv=$1

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

find_python() {
    for candidate in python3.11 python3.12 python3; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or 3.12 is needed and none is on the PATH. On Debian: apt-get install python3 python3-venv" >&2
    exit 1
}

ensure_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    package="python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package, without which Python makes no virtual environments"
        { apt-get update && apt-get install -y --no-install-recommends "$package"; } >/dev/null
    else
        echo "Python's venv module is incomplete. Install it first; on Debian as root: apt-get install $package" >&2
        exit 1
    fi
}

if ! fits "$venv/bin/python"; then
    python=$(find_python)
    ensure_venv_module "$python"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
echo "Installing the pinned dependencies into $venv (once, a minute or two)"
pip() { "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
pip install --require-hashes -r infra/requirements/dev.txt
pip install --no-build-isolation --no-deps -e .
