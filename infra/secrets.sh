#!/bin/sh
# Makes the secrets of compose.yaml in infra/secrets/ where they are missing, each a file of its own. Keep a copy.
# Only root of this machine can enter the folder; a container sees the files that its service names, and no others.
set -eu
cd "$(dirname "$0")"
umask 022
mkdir -p -m 700 secrets
keep() { # NAME COMMAND…: the command's output under that name, unless it is there
    name=$1
    shift
    [ -s "secrets/$name" ] || { "$@" >"secrets/$name" && chmod 444 "secrets/$name"; }
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
url() { printf "$1" "$(cat "secrets/$2")"; }

for name in postgres_password owner_password app_password backup_password redis_password secret_key; do
    keep "$name" random
done
keep database_url url 'postgresql://tata_app:%s@postgres/tatausaha' app_password
keep owner_database_url url 'postgresql://tata_owner:%s@postgres/tatausaha' owner_password
keep redis_url url 'redis://:%s@redis:6379/0' redis_password
