#!/bin/sh
# Restores a dump into an empty database, whole or not at all.
#   psql -v database=restored -f infra/postgres/roles.sql postgres
#   restore.sh tatausaha-….dump postgresql://tata_owner@host/restored
# Run `tata doctor` on the result before people are let in. Redis needs no restore: the relay sends again what is due.
set -eu
dump=$1
url=$2
tables=$(psql -X -At -d "$url" -c "select count(*) from pg_tables where schemaname = 'public'")
if [ "$tables" != 0 ]; then
    echo "The database has $tables tables already. Restore into an empty one, and rename it when it is checked." >&2
    exit 1
fi
pg_restore --exit-on-error --single-transaction --no-owner --no-password --dbname="$url" "$dump"
