-- The first import into a new installation brings thousands of items before the database has ever counted any: each
-- movement would then look for its item among all of its client's, by whichever index is smallest. So it is told
-- beforehand what it finds out by itself later: there are few clients and many items.
select pg_restore_attribute_stats(
  'schemaname', 'public', 'relname', 'item', 'attname', name, 'inherited', false,
  'null_frac', 0::real, 'avg_width', 16, 'n_distinct', 4::real
) from unnest(array['tenant_id', 'client_id']) as name;
