-- Ids of one kind with a word that is at least so close to any of `p_words`, those with the most of them first: as
-- house.search_any, for readers who misspell, in a kind of which a workspace has few. SECURITY DEFINER for the same reason.
create function house.search_loosely(p_kind text, p_words text[], p_least text, most int) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, public rows 20 as $$
begin
  if cardinality(p_words) = 0 then
    return;
  end if;
  perform set_config('pg_trgm.word_similarity_threshold', p_least, true);
  return query execute
    'select f.record_id from (select d.record_id, d.body from public.search_documents d where d.tenant_id = $1 and d.kind = $2 and ('
      || (select string_agg(format('d.body %%> $3[%s]', n), ' or ') from generate_subscripts(p_words, 1) as n)
      || ') limit 500) f order by '
      || (select string_agg(format('case when f.body %%> $3[%s] then word_similarity($3[%s], f.body) else 0 end', n, n), ' + ') from generate_subscripts(p_words, 1) as n)
      || ' desc, f.record_id limit $4'
    using current_setting('app.tenant_id')::uuid, p_kind, p_words, most;
end $$;
revoke all on function house.search_loosely from public;
grant execute on function house.search_loosely to people360_app;
