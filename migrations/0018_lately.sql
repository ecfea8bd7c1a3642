-- Home tells what was changed lately. Who looked at pay is in the same trail, by the thousand in some weeks, and is
-- walked past by this index.
create index audit_events_lately on audit_events (tenant_id, batch, id) include (action)
  where record in ('employees', 'customers');
