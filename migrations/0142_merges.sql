-- Duplicates: how two records are taken for one, those that are not, and merges with all that they moved.

-- A name as it sounds: without accents, double letters, marks between words, and the legal form of a company.
create function house.name_sound(name text) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
  select nullif(regexp_replace(regexp_replace(
    regexp_replace(
      regexp_replace(
        replace(replace(replace(replace(replace(
          translate(lower(name), 'àáâãåāăąçćčďđèéêëēěęėìíîïīįıłľñńňņòóôõøōőŕřśšşșţťțùúûūůűųýÿžźż', 'aaaaaaaacccddeeeeeeeeiiiiiiillnnnnooooooorrsssstttuuuuuuuyyzzz'),
          'ä', 'a'), 'ö', 'o'), 'ü', 'u'), 'ß', 'ss'), 'æ', 'a'),
        '\m(gmbh( & co\.? ?kg)?|ag|kg|ug|e\.?k|ohg|inc|incorporated|llc|ltd|limited|plc|corp|corporation|co|company|s\.?a\.?s?|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|a/?s|aps|oy|oyj|ab|sp\.? z ?o\.? ?o|s\.?l|kft|pty|holding|group)\M\.?', ' ', 'g'),
      '([aou])e', '\1', 'g'),
    '[^[:alnum:]]+', '', 'g'), '(.)\1+', '\1', 'g'), '')
$$;

alter table customers
  add column merged_into uuid,
  add column sound text collate "C" generated always as (house.name_sound(name)) stored,
  add constraint customers_merged_fk foreign key (tenant_id, merged_into) references customers (tenant_id, id),
  add constraint customers_merged_away check (merged_into is null or archived_at is not null);
create index customers_by_sound on customers (tenant_id, sound, id) where archived_at is null and sound is not null;
create index customers_merged on customers (tenant_id, merged_into) where merged_into is not null;

alter table contacts
  add column merged_into uuid,
  add column sound text collate "C" generated always as (house.name_sound(first_name || ' ' || last_name)) stored,
  add constraint contacts_merged_fk foreign key (tenant_id, merged_into) references contacts (tenant_id, id),
  add constraint contacts_merged_away check (merged_into is null or archived_at is not null);
create index contacts_by_sound on contacts (tenant_id, sound, id) where archived_at is null and sound is not null;
create index contacts_merged on contacts (tenant_id, merged_into) where merged_into is not null;

-- Two of which somebody has said that they are not one; the smaller id first.
create table not_duplicates (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  one uuid not null,
  other uuid not null,
  said_by uuid,
  said_at timestamptz not null,
  primary key (tenant_id, id),
  constraint not_duplicates_pair unique (tenant_id, one, other),
  constraint not_duplicates_order check (one < other),
  constraint not_duplicates_by_fk foreign key (tenant_id, said_by) references members (tenant_id, id)
);
call house.tenant_table('not_duplicates');
call house.audited('not_duplicates');

-- A merge, for as long as it can be undone.
create table merges (
  tenant_id uuid not null references tenants,
  id uuid not null,
  noun text not null constraint merges_noun check (noun in ('customers', 'contacts')),
  survivor_id uuid not null,
  gone_id uuid not null,
  -- What both were called then.
  survivor_name text not null,
  gone_name text not null,
  -- Of the survivor: fields that were taken from the other, as they were before and as they were made.
  before jsonb not null,
  after jsonb not null,
  -- Whether the other one was archived already.
  gone_archived_at timestamptz,
  merged_by uuid,
  merged_at timestamptz not null,
  undone_at timestamptz,
  -- What the undo could not give back, in words.
  kept text[],
  primary key (tenant_id, id),
  constraint merges_by_fk foreign key (tenant_id, merged_by) references members (tenant_id, id)
);
create index merges_by_time on merges (tenant_id, noun, merged_at, id);
call house.tenant_table('merges');
call house.audited('merges');

-- Each row that a merge moved, by the key that it has since.
create table merge_moves (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  merge_id uuid not null,
  of_table text not null,
  of_column text not null,
  row_key jsonb not null,
  primary key (tenant_id, id),
  constraint merge_moves_merge_fk foreign key (tenant_id, merge_id) references merges (tenant_id, id) on delete cascade
);
create index merge_moves_of_merge on merge_moves (tenant_id, merge_id, id);
call house.tenant_table('merge_moves', 'select, insert, delete');

-- A tag is a change of its record: until now none was ever given to another one.
grant update (customer_id, contact_id) on record_tags to people360_app;

-- Every column that names a record of this noun, as the catalogue knows it: a later table counts by itself. How a row is
-- found again, and whether it counts its changes, is asked with it.
create function house.references_to(noun regclass)
returns table (of_table text, of_column text, key_columns text[], versioned boolean)
language sql stable set search_path = pg_catalog as $$
  select t.relname::text, a.attname::text,
    (select array_agg(k.attname::text order by k.attnum) from pg_index i join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any(i.indkey)
     where i.indrelid = c.conrelid and i.indisprimary),
    exists (select from pg_attribute v where v.attrelid = c.conrelid and v.attname = 'version' and not v.attisdropped)
  from pg_constraint c
  join pg_class t on t.oid = c.conrelid
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey) and a.attname <> 'tenant_id'
  where c.contype = 'f' and c.confrelid = noun and a.attname <> 'merged_into'
  -- What stands between two records before the records themselves, whose own triggers write there.
  order by t.relname in ('contacts', 'customers', 'deals', 'leads'), 1, 2
$$;

-- Gives all that hangs on one record to another, row by row, and notes each that it gave. What the other one has already
-- (the same tag, the same address, the same follower), or what the rules refuse there, stays where it is.
create function house.move_references(merge uuid, noun regclass, gone uuid, survivor uuid) returns bigint
language plpgsql set search_path = pg_catalog, public as $$
declare
  tenant uuid := current_setting('app.tenant_id')::uuid;
  r record;
  k jsonb;
  moved jsonb;
  n bigint := 0;
begin
  for r in select * from house.references_to(noun) loop
    for k in execute format(
      'select jsonb_build_object(%s) from public.%I t where t.tenant_id = $1 and t.%I = $2 order by 1',
      (select string_agg(format('%L, t.%I', c, c), ', ') from unnest(r.key_columns) c), r.of_table, r.of_column) using tenant, gone
    loop
      begin
        execute format(
          'update public.%I t set %I = $1 %s where t.tenant_id = $3 and t.%I = $4 and (%s) returning jsonb_build_object(%s)',
          r.of_table, r.of_column, case when r.versioned then ', version = version + 1' else '' end, r.of_column,
          (select string_agg(format('t.%I::text = $2 ->> %L', c, c), ' and ') from unnest(r.key_columns) c),
          (select string_agg(format('%L, t.%I', c, c), ', ') from unnest(r.key_columns) c))
          into moved using survivor, k, tenant, gone;
        if moved is not null then
          insert into public.merge_moves (tenant_id, merge_id, of_table, of_column, row_key) values (tenant, merge, r.of_table, r.of_column, moved);
          n := n + 1;
        end if;
      exception when unique_violation or check_violation or exclusion_violation then
        null;
      end;
    end loop;
  end loop;
  return n;
end $$;

-- Gives back what a merge moved and what is still where that put it. Tells how many rows are gone or elsewhere since, and
-- how many the rules did not let back.
create function house.move_back(merge uuid, gone uuid, survivor uuid, out back bigint, out changed bigint, out refused bigint)
language plpgsql set search_path = pg_catalog, public as $$
declare
  tenant uuid := current_setting('app.tenant_id')::uuid;
  m record;
  there bigint;
begin
  back := 0; changed := 0; refused := 0;
  for m in select v.*, f.versioned from public.merge_moves v
           cross join lateral (select exists (select from pg_attribute a where a.attrelid = ('public.' || quote_ident(v.of_table))::regclass and a.attname = 'version'
             and not a.attisdropped) as versioned) f
           where v.tenant_id = tenant and v.merge_id = merge order by v.id
  loop
    begin
      execute format(
        'update public.%I t set %I = $1 %s where t.tenant_id = $4 and t.%I = $2 and (%s)',
        m.of_table, m.of_column, case when m.versioned then ', version = version + 1' else '' end, m.of_column,
        (select string_agg(format('t.%I::text = $3 ->> %L', c, c), ' and ') from jsonb_object_keys(m.row_key) c))
        using gone, survivor, m.row_key, tenant;
      get diagnostics there = row_count;
      back := back + there;
      changed := changed + (1 - least(there, 1));
    exception when unique_violation or check_violation or exclusion_violation then
      refused := refused + 1;
    end;
  end loop;
end $$;
