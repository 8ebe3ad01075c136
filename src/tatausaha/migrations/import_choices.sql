-- How a person has this very file read where its cells alone do not tell: the order of days, the currency and its rate.
alter table import_file add column choices jsonb not null default '{}';
