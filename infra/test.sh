#!/bin/sh
# Runs every test; arguments go to pytest. Without a Chromium the browser tests are left out, aloud, and never in CI.
set -eu
if CHROMIUM=$("$PYTHON" infra/chromium.py); then
    export CHROMIUM
    exec "$PYTHON" -m pytest -n 3 --dist worksteal "$@"
fi
[ -z "${CI:-}" ] || exit 1
"$PYTHON" -m pytest -n 3 --dist worksteal --ignore=tests/browser "$@"
echo "All tests ran except those in a browser: see the beginning." >&2
