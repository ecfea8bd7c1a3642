-- Who mistypes a name finds it all the same: records whose words are close to those of the question.

-- Ids of one kind with a word close to each of `p_words`, and with each of `p_exact`, LIKE patterns; the closest first, at
-- most `most`. Asked where the exact words find nothing. SECURITY DEFINER as house.search, and for the same reason; it
-- weighs no more than 500 that the index finds.
create function house.search_near(p_kind text, p_words text[], p_exact text[], most int) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, public rows 50 as $$
begin
  -- How close the index has to find them: for this transaction, which asks nothing else of it.
  perform set_config('pg_trgm.word_similarity_threshold', '0.45', true);
  return query execute
    'select f.record_id from (select d.record_id, d.body from public.search_documents d where d.tenant_id = $1 and d.kind = $2'
      || (select coalesce(string_agg(format(' and d.body %%> $3[%s]', n), ''), '') from generate_subscripts(p_words, 1) as n)
      || (select coalesce(string_agg(format(' and d.body like $4[%s]', n), ''), '') from generate_subscripts(p_exact, 1) as n)
      || ' limit 500) f order by '
      || (select coalesce(string_agg(format('word_similarity($3[%s], f.body)', n), ' + '), '0') from generate_subscripts(p_words, 1) as n)
      || ' desc, f.record_id limit $5'
    using current_setting('app.tenant_id')::uuid, p_kind, p_words, p_exact, most;
end $$;
revoke all on function house.search_near from public;
grant execute on function house.search_near to people360_app;
