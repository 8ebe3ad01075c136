#!/bin/sh
# Removes everything that make produced in this folder, and PostgreSQL's data where they had to be put elsewhere.
set -eu
if [ -e .tata/lock ] && command -v flock >/dev/null && ! flock --nonblock .tata/lock true; then
    echo "Tatausaha runs on these data. Stop it first." >&2
    exit 1
fi
if [ -L .tata/postgres ]; then
    outside=$(readlink .tata/postgres)
    case $outside in /var/lib/tatausaha/*) rm -rf "$outside" ;; esac
fi
rm -rf .tata .venv frontend/node_modules frontend/dist bench.json test-results build src/*.egg-info
rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
find src workers tests infra -name __pycache__ -type d -prune -exec rm -rf {} +
