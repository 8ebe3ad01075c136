-- Roles and the database. Run once by a superuser, with psql; running it again changes nothing:
--   psql -v database=tatausaha -f roles.sql postgres
-- Production then gives the login roles their passwords (\password tata_owner, tata_app, tata_backup), which stand in
-- no file of this project, and lets tata_backup log in: alter role tata_backup login.
\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database tatausaha
\endif

select format('create role %I', name) from unnest(array[
  'tata_owner', 'tata_app', 'tata_backup', 'r_tenant', 'r_client', 'r_gate', 'r_jobs', 'r_prune']) as name
where not exists (select from pg_roles where rolname = name) \gexec

-- Owns and migrates the schema. Row security is forced on it as well: it sees no tenant's rows.
alter role tata_owner login nosuperuser nocreaterole nocreatedb noreplication nobypassrls;

-- Serves and works. It holds no privilege of its own: every query must first choose one of the scoped roles.
alter role tata_app login noinherit nosuperuser nocreaterole nocreatedb noreplication nobypassrls;

-- The scopes: all clients of one provider, a list of clients, sign-in before a provider is known, jobs alone, and the
-- forgetting of access log lines whose time is over.
alter role r_tenant nologin nosuperuser nobypassrls;
alter role r_client nologin nosuperuser nobypassrls;
alter role r_gate nologin nosuperuser nobypassrls;
alter role r_jobs nologin nosuperuser nobypassrls;
alter role r_prune nologin nosuperuser nobypassrls;
grant r_tenant, r_client, r_gate, r_jobs, r_prune to tata_app with inherit false, set true;

-- Dumps, and migrations of data: the one role that row security does not bind. The owner must choose it on purpose.
alter role tata_backup nosuperuser nocreaterole nocreatedb bypassrls;
grant pg_read_all_data, pg_write_all_data to tata_backup;
grant tata_backup to tata_owner with inherit false, set true;

select format('create database %I owner tata_owner', :'database')
where not exists (select from pg_database where datname = :'database') \gexec

revoke all on database :"database" from public;
grant connect on database :"database" to tata_app, tata_backup;
-- Bulk writes go through a temporary table (COPY into a table under row security is refused by PostgreSQL).
grant temporary on database :"database" to r_tenant, r_client, r_jobs, tata_backup;
