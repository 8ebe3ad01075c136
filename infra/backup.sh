#!/bin/sh
# Dumps the database into a folder, checks that the dump can be read, and removes those older than KEEP_DAYS (30).
#   backup.sh postgresql://tata_backup@host/tatausaha /backups
# The role is tata_backup, which alone sees every provider's rows; its password is taken from PGPASSWORD or ~/.pgpass.
# The files of TATA_STORAGE_URL are backed up by their own means (a copy of the folder, versions of the bucket),
# after the database, so that every file that the dump names is there. The master key of TATA_KEYS_URL is kept elsewhere,
# and copied once: a dump without it is unreadable, and a dump beside it is not.
set -eu
url=$1
folder=$2
target=$folder/tatausaha-$(date -u +%Y%m%dT%H%M%SZ).dump
umask 077
mkdir -p "$folder"
trap 'rm -f "$target.unfinished"' EXIT
pg_dump --format=custom --compress=6 --no-password --file="$target.unfinished" --dbname="$url"
pg_restore --list "$target.unfinished" >/dev/null
mv "$target.unfinished" "$target"
find "$folder" -name 'tatausaha-*.dump' -mtime "+${KEEP_DAYS:-30}" -delete
echo "$target"
