-- Help articles: written once, in versions, for everybody, for customers or for the team; and whether what is public is open.

-- Whether customers have a place of their own, and what it lets them do. No row: it is closed.
create table portal_settings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  open boolean not null default false,
  -- Which tickets a contact sees besides their own.
  company text not null default 'none' constraint portal_settings_company check (company in ('none', 'roles', 'all')),
  -- Roles of contacts at a company that see all of its tickets, in small letters.
  roles text[] not null default '{}',
  -- Queues to choose from; none: all that are in use.
  queues uuid[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id),
  constraint portal_settings_own check (id = tenant_id)
);
call house.tenant_table('portal_settings');
call house.audited('portal_settings');

create table help_categories (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  place int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index help_categories_name_key on help_categories (tenant_id, lower(name));
create index help_categories_in_order on help_categories (tenant_id, place, id);
call house.tenant_table('help_categories');
call house.audited('help_categories');

create table help_articles (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  category_id uuid not null,
  audience text not null constraint help_articles_audience check (audience in ('public', 'customers', 'internal')),
  -- As it is written by now, which is the version of this number.
  title text not null,
  body text not null,
  number int not null default 1,
  -- The version that its readers see, and what it says; null: it was never published.
  published int,
  published_at timestamptz,
  shown_title text,
  shown_body text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  search_text text collate "C" not null generated always as
    (house.search_text(coalesce(shown_title, title), coalesce(shown_body, body))) stored,
  primary key (tenant_id, id),
  constraint help_articles_category_fk foreign key (tenant_id, category_id) references help_categories (tenant_id, id),
  constraint help_articles_shown check ((published is null) = (shown_title is null) and (published is null) = (shown_body is null))
);
create index help_articles_in_category on help_articles (tenant_id, category_id, lower(title), id);
call house.tenant_table('help_articles');
call house.audited('help_articles');

-- Each version with what was changed: only ever added to.
create table help_versions (
  tenant_id uuid not null references tenants,
  article_id uuid not null,
  number int not null,
  title text not null,
  body text not null,
  change text,
  member_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, article_id, number),
  constraint help_versions_article_fk foreign key (tenant_id, article_id) references help_articles (tenant_id, id) on delete cascade,
  constraint help_versions_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index help_versions_by_member on help_versions (tenant_id, member_id) where member_id is not null;
call house.tenant_table('help_versions', 'select, insert');

-- Whether it helped: one answer for each reader, whose mark is another one at each article, so that nobody can be followed.
create table help_answers (
  tenant_id uuid not null references tenants,
  article_id uuid not null,
  mark text not null,
  helped boolean not null,
  day date not null,
  primary key (tenant_id, article_id, mark),
  constraint help_answers_article_fk foreign key (tenant_id, article_id) references help_articles (tenant_id, id) on delete cascade
);
call house.tenant_table('help_answers', 'select, insert, update');

create function house.index_help_articles() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'help' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'help', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on help_articles referencing new table as new_rows
  for each statement execute function house.index_help_articles();
create trigger search_change after update on help_articles referencing new table as new_rows
  for each statement execute function house.index_help_articles();
create trigger search_out after delete on help_articles referencing old table as old_rows
  for each statement execute function house.index_help_articles();
revoke all on function house.index_help_articles from public;

-- Ids of one kind with a word close to any of `p_words`, those with the most of them first: what may have to do with a whole
-- sentence. SECURITY DEFINER as house.search_near, and for the same reason; it weighs no more than 500 that the index finds.
create function house.search_any(p_kind text, p_words text[], most int) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, public rows 20 as $$
begin
  if cardinality(p_words) = 0 then
    return;
  end if;
  perform set_config('pg_trgm.word_similarity_threshold', '0.6', true);
  return query execute
    'select f.record_id from (select d.record_id, d.body from public.search_documents d where d.tenant_id = $1 and d.kind = $2 and ('
      || (select string_agg(format('d.body %%> $3[%s]', n), ' or ') from generate_subscripts(p_words, 1) as n)
      || ') limit 500) f order by '
      || (select string_agg(format('case when f.body %%> $3[%s] then word_similarity($3[%s], f.body) else 0 end', n, n), ' + ') from generate_subscripts(p_words, 1) as n)
      || ' desc, f.record_id limit $4'
    using current_setting('app.tenant_id')::uuid, p_kind, p_words, most;
end $$;
revoke all on function house.search_any from public;
grant execute on function house.search_any to people360_app;
