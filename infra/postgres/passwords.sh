#!/bin/sh
# Gives the login roles the passwords of the environment; run by the PostgreSQL image after roles.sql, on an empty volume.
set -eu
psql -v ON_ERROR_STOP=1 -X -q -U "$POSTGRES_USER" -d postgres <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv app APP_PASSWORD
\getenv backup BACKUP_PASSWORD
alter role tata_owner password :'owner';
alter role tata_app password :'app';
alter role tata_backup login password :'backup';
SQL
