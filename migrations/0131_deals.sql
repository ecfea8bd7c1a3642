-- Deals: what may be sold, to whom, for how much, and how far it is; and all that each of them has been.

create table deals (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  -- As another system calls it: what a file is matched by.
  reference text,
  customer_id uuid,
  owner_id uuid,
  pipeline_id uuid not null,
  stage_id uuid not null,
  -- The kind of its stage; kept by a trigger.
  state text not null default 'open' check (state in ('open', 'won', 'lost')),
  amount_minor bigint constraint deals_amount check (amount_minor >= 0),
  amount_currency text,
  -- Expected; of one that is closed the day on which it was.
  close_on date,
  probability int not null default 0 constraint deals_probability check (probability between 0 and 100),
  -- Said of this deal, and not by its stage.
  probability_own boolean not null default false,
  category text not null default 'pipeline' check (category in ('pipeline', 'best_case', 'commit', 'closed', 'omitted')),
  category_own boolean not null default false,
  source text,
  next_step text,
  next_step_on date,
  competitors text[] not null default '{}',
  loss_reason_id uuid,
  loss_note text,
  stage_since timestamptz not null,
  custom jsonb,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "und-x-icu" not null generated always as (lower(name)) stored,
  search_text text collate "C" not null generated always as
    (house.search_text(name, reference, source, next_step)) stored,
  primary key (tenant_id, id),
  constraint deals_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id)
    on delete set null (customer_id),
  constraint deals_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id),
  constraint deals_stage_fk foreign key (tenant_id, pipeline_id, stage_id) references stages (tenant_id, pipeline_id, id),
  constraint deals_loss_reason_fk foreign key (tenant_id, loss_reason_id) references loss_reasons (tenant_id, id),
  constraint deals_amount_whole check ((amount_minor is null) = (amount_currency is null))
);
create unique index deals_reference_key on deals (tenant_id, lower(reference)) where archived_at is null;
-- CASE rather than COALESCE: see employees. A lane of the board, and a list, walk in these orders.
create index deals_by_lane on deals
  (tenant_id, pipeline_id, stage_id, (case when close_on is null then 'infinity' else close_on end), id) where archived_at is null;
create index deals_by_owner_lane on deals
  (tenant_id, owner_id, pipeline_id, stage_id, (case when close_on is null then 'infinity' else close_on end), id) where archived_at is null;
create index deals_by_close on deals
  (tenant_id, state, (case when close_on is null then 'infinity' else close_on end), id) where archived_at is null;
create index deals_by_name on deals (tenant_id, state, name_key, id) where archived_at is null;
create index deals_by_amount on deals
  (tenant_id, state, (case when amount_minor is null then -1 else amount_minor end), id) where archived_at is null;
create index deals_by_customer on deals (tenant_id, customer_id, id) where customer_id is not null;
create index deals_by_stage on deals (tenant_id, stage_id);
create index deals_archived on deals
  (tenant_id, (case when close_on is null then 'infinity' else close_on end), id) where archived_at is not null;
call house.tenant_table('deals');
call house.audited('deals');

-- The moment of a change: that of what is told of the past, or the transaction's own.
create function house.deal_moment() returns timestamptz language sql stable set search_path = pg_catalog as $$
  select coalesce(nullif(current_setting('app.deal_at', true), ''), nullif(current_setting('app.now', true), ''))::timestamptz
$$;

-- What follows from the stage stands with the deal, whoever changes it.
create function house.keep_deal() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  s record;
begin
  select kind, probability, category into s from public.stages
  where tenant_id = new.tenant_id and pipeline_id = new.pipeline_id and id = new.stage_id;
  if not found then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.stage_id is distinct from old.stage_id then
    new.stage_since := coalesce(house.deal_moment(), clock_timestamp());
  end if;
  new.state := s.kind;
  if s.kind <> 'open' then
    new.probability_own := false;
    new.category_own := false;
  end if;
  if s.kind <> 'lost' then
    new.loss_reason_id := null;
    new.loss_note := null;
  end if;
  if not new.probability_own then
    new.probability := s.probability;
  end if;
  if not new.category_own then
    new.category := s.category;
  end if;
  return new;
end $$;
create trigger keep before insert or update on deals for each row execute function house.keep_deal();

-- Each state that a deal has been in, as far as sales are counted by it. Only ever added to.
create table deal_history (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  deal_id uuid not null,
  at timestamptz not null,
  actor text not null,
  cause text,
  -- Which of the fields below are different from before: all of them at the beginning.
  changed text[] not null,
  state text not null,
  pipeline_id uuid not null,
  stage_id uuid not null,
  was_stage_id uuid,
  -- By name, for the day on which the stage is gone.
  stage text not null,
  was_stage text,
  -- How long it had been in the stage that it left, in seconds.
  lasted bigint,
  amount_minor bigint,
  amount_currency text,
  close_on date,
  owner_id uuid,
  probability int not null,
  category text not null,
  primary key (tenant_id, id),
  constraint deal_history_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade
);
create index deal_history_of_deal on deal_history (tenant_id, deal_id, at, id);
create index deal_history_by_time on deal_history (tenant_id, at, id);
call house.tenant_table('deal_history', 'select, insert');

create function house.tell_deal() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  moment timestamptz := coalesce(house.deal_moment(), clock_timestamp());
  all_of constant text[] := '{stage,amount,close_on,owner,probability,category}';
  differ text[] := all_of;
begin
  if tg_op = 'UPDATE' then
    differ := array_remove(array[
      case when new.stage_id is distinct from old.stage_id then 'stage' end,
      case when new.amount_minor is distinct from old.amount_minor or new.amount_currency is distinct from old.amount_currency then 'amount' end,
      case when new.close_on is distinct from old.close_on then 'close_on' end,
      case when new.owner_id is distinct from old.owner_id then 'owner' end,
      case when new.probability is distinct from old.probability then 'probability' end,
      case when new.category is distinct from old.category then 'category' end], null);
    if differ = '{}' then
      return null;
    end if;
  end if;
  insert into public.deal_history (tenant_id, deal_id, at, actor, cause, changed, state, pipeline_id, stage_id, was_stage_id,
    stage, was_stage, lasted, amount_minor, amount_currency, close_on, owner_id, probability, category)
  values (
    new.tenant_id, new.id, moment,
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    differ, new.state, new.pipeline_id, new.stage_id,
    case when tg_op = 'UPDATE' then old.stage_id end,
    coalesce((select name from public.stages where tenant_id = new.tenant_id and id = new.stage_id), ''),
    case when tg_op = 'UPDATE' and 'stage' = any(differ) then (select name from public.stages where tenant_id = old.tenant_id and id = old.stage_id) end,
    case when tg_op = 'UPDATE' and 'stage' = any(differ) then greatest(0, extract(epoch from moment - old.stage_since))::bigint end,
    new.amount_minor, new.amount_currency, new.close_on, new.owner_id, new.probability, new.category);
  return null;
end $$;
create trigger tell after insert or update on deals for each row execute function house.tell_deal();

-- How many deals a lane has, and what they are worth, by owner and currency: the head of a lane of 100,000 is read as soon
-- as that of ten, and adds up only what its reader may see.
create table deal_totals (
  tenant_id uuid not null references tenants,
  pipeline_id uuid not null,
  stage_id uuid not null,
  owner_id uuid,
  -- Empty: those without an amount.
  currency text not null,
  deals bigint not null,
  minor numeric(30, 0) not null
);
create unique index deal_totals_key on deal_totals (tenant_id, pipeline_id, stage_id, owner_id, currency) nulls not distinct;
call house.tenant_table('deal_totals', 'select, insert, update');

create function house.total_deals() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  -- In one order, so that two who move deals between the same lanes do not wait for each other for ever.
  if tg_op = 'INSERT' then
    insert into public.deal_totals as t (tenant_id, pipeline_id, stage_id, owner_id, currency, deals, minor)
    select n.tenant_id, n.pipeline_id, n.stage_id, n.owner_id, coalesce(n.amount_currency, ''), count(*), coalesce(sum(n.amount_minor), 0)
    from new_rows n where n.archived_at is null group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (tenant_id, pipeline_id, stage_id, owner_id, currency)
      do update set deals = t.deals + excluded.deals, minor = t.minor + excluded.minor;
  elsif tg_op = 'DELETE' then
    insert into public.deal_totals as t (tenant_id, pipeline_id, stage_id, owner_id, currency, deals, minor)
    select n.tenant_id, n.pipeline_id, n.stage_id, n.owner_id, coalesce(n.amount_currency, ''), -count(*), -coalesce(sum(n.amount_minor), 0)
    from old_rows n where n.archived_at is null group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (tenant_id, pipeline_id, stage_id, owner_id, currency)
      do update set deals = t.deals + excluded.deals, minor = t.minor + excluded.minor;
  else
    insert into public.deal_totals as t (tenant_id, pipeline_id, stage_id, owner_id, currency, deals, minor)
    select n.tenant_id, n.pipeline_id, n.stage_id, n.owner_id, coalesce(n.amount_currency, ''), sum(n.one), coalesce(sum(n.one * n.amount_minor), 0)
    from (select 1 as one, * from new_rows union all select -1, * from old_rows) n
    where n.archived_at is null group by 1, 2, 3, 4, 5
    having sum(n.one) <> 0 or coalesce(sum(n.one * n.amount_minor), 0) <> 0 order by 1, 2, 3, 4, 5
    on conflict (tenant_id, pipeline_id, stage_id, owner_id, currency)
      do update set deals = t.deals + excluded.deals, minor = t.minor + excluded.minor;
  end if;
  return null;
end $$;
create trigger total_in after insert on deals referencing new table as new_rows
  for each statement execute function house.total_deals();
create trigger total_change after update on deals referencing old table as old_rows new table as new_rows
  for each statement execute function house.total_deals();
create trigger total_out after delete on deals referencing old table as old_rows
  for each statement execute function house.total_deals();

-- Rings when a transaction that changes a board commits. It says which pipeline; what changed, each looks up by their rights.
create function house.ring_boards() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('boards', b.tenant_id || '/' || b.pipeline_id) from (select distinct tenant_id, pipeline_id from changed) b;
  return null;
end $$;
create trigger ring_added after insert on deals
  referencing new table as changed for each statement execute function house.ring_boards();
create trigger ring_changed after update on deals
  referencing new table as changed for each statement execute function house.ring_boards();

create function house.index_deals() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'deal' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'deal', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on deals referencing new table as new_rows
  for each statement execute function house.index_deals();
create trigger search_change after update on deals referencing new table as new_rows
  for each statement execute function house.index_deals();
create trigger search_out after delete on deals referencing old table as old_rows
  for each statement execute function house.index_deals();

-- Who shares in a deal, in hundredths of a percent; none: all of it is the owner's.
create table deal_splits (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  deal_id uuid not null,
  member_id uuid not null,
  share int not null constraint deal_splits_share check (share between 1 and 10000),
  primary key (tenant_id, id),
  constraint deal_splits_one unique (tenant_id, deal_id, member_id),
  constraint deal_splits_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint deal_splits_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index deal_splits_by_member on deal_splits (tenant_id, member_id, deal_id);
call house.tenant_table('deal_splits');
call house.audited('deal_splits');
create function house.deal_splits_whole() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  deal uuid := case when tg_op = 'DELETE' then old.deal_id else new.deal_id end;
  tenant uuid := case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end;
begin
  if (select sum(share) from public.deal_splits where tenant_id = tenant and deal_id = deal) <> 10000 then
    raise exception 'shares are not the whole' using errcode = 'check_violation', constraint = 'deal_splits_whole', table = 'deal_splits';
  end if;
  return null;
end $$;
create constraint trigger whole after insert or update or delete on deal_splits deferrable initially deferred
  for each row execute function house.deal_splits_whole();
