-- A search in 100,000 records costs what one in 1,000 does: the index is asked for a few letters of each word, not for
-- every three of them, and what it finds is looked at for the whole.

-- Ids of one kind whose text fits every one of `p_patterns`, LIKE patterns; at most `most`: who gets that many has asked
-- too broadly. `p_keys` are what the index is asked for: each a part of a pattern, or the pattern itself. Of a long word
-- the index would look up every three letters in each record that has any of them; few find nearly as well.
-- The conditions are written out, and the plan made for these words: neither `like all (…)` nor a plan kept for any words
-- would ask the trigram index. SECURITY DEFINER as house.search, which stays for servers of before.
create function house.search_keys(p_kind text, p_keys text[], p_patterns text[], most int) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, public rows 100 as $$
begin
  return query execute
    -- `offset 0`: the patterns stay out of the index.
    'select f.record_id from (select d.record_id, d.body from public.search_documents d where d.tenant_id = $1 and d.kind = $2'
      || (select coalesce(string_agg(format(' and d.body like $3[%s]', n), ''), '') from generate_subscripts(p_keys, 1) as n)
      || ' offset 0) f where true'
      || (select coalesce(string_agg(format(' and f.body like $4[%s]', n), ''), '') from generate_subscripts(p_patterns, 1) as n
          where not p_patterns[n] = any(p_keys))
      || ' limit $5'
    using current_setting('app.tenant_id')::uuid, p_kind, p_keys, p_patterns, most;
end $$;
revoke all on function house.search_keys from public;
grant execute on function house.search_keys to people360_app;
