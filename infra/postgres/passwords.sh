#!/bin/sh
# Gives the login roles the passwords of the secrets; run by the PostgreSQL image after roles.sql, on an empty volume.
set -eu
psql -v ON_ERROR_STOP=1 -X -q -U "$POSTGRES_USER" -d postgres <<'SQL'
\set owner `cat /run/secrets/owner_password`
\set app `cat /run/secrets/app_password`
\set backup `cat /run/secrets/backup_password`
alter role tata_owner password :'owner';
alter role tata_app password :'app';
alter role tata_backup login password :'backup';
SQL
