-- Files tell when deals began and ended, and mean other words by some of theirs.

-- Words of the file that are read as others: [{"field", "from", "to"}].
alter table imports add column mends jsonb not null default '[]';

-- As before; a deal that a file has brought began when the file says, in the first stage of its pipeline, and came to where it
-- stands when it says so.
create or replace function house.tell_deal() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  moment timestamptz := coalesce(house.deal_moment(), clock_timestamp());
  all_of constant text[] := '{stage,amount,close_on,owner,probability,category}';
  differ text[] := all_of;
  first_id uuid;
  first_name text;
  first_probability int;
  first_category text;
  began timestamptz;
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
  elsif new.created_at < moment and nullif(current_setting('app.deal_at', true), '') is null then
    moment := new.created_at;
    if new.state <> 'open' and new.stage_since >= new.created_at then
      select s.id, s.name, s.probability, s.category into first_id, first_name, first_probability, first_category from public.stages s
      where s.tenant_id = new.tenant_id and s.pipeline_id = new.pipeline_id and s.kind = 'open' order by s.place, s.id limit 1;
      if found then
        insert into public.deal_history (tenant_id, deal_id, at, actor, cause, changed, state, pipeline_id, stage_id, stage,
          amount_minor, amount_currency, close_on, owner_id, probability, category)
        values (new.tenant_id, new.id, new.created_at, coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
          nullif(current_setting('app.cause', true), ''), all_of, 'open', new.pipeline_id, first_id, first_name,
          new.amount_minor, new.amount_currency, new.close_on, new.owner_id, first_probability, first_category);
        began := new.created_at;
        moment := new.stage_since;
        differ := '{stage,probability,category}';
      end if;
    end if;
  end if;
  insert into public.deal_history (tenant_id, deal_id, at, actor, cause, changed, state, pipeline_id, stage_id, was_stage_id,
    stage, was_stage, lasted, amount_minor, amount_currency, close_on, owner_id, probability, category)
  values (
    new.tenant_id, new.id, moment,
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    differ, new.state, new.pipeline_id, new.stage_id,
    case when tg_op = 'UPDATE' then old.stage_id when began is not null then first_id end,
    coalesce((select name from public.stages where tenant_id = new.tenant_id and id = new.stage_id), ''),
    case
      when tg_op = 'UPDATE' and 'stage' = any(differ) then (select name from public.stages where tenant_id = old.tenant_id and id = old.stage_id)
      when began is not null then first_name
    end,
    case
      when tg_op = 'UPDATE' and 'stage' = any(differ) then greatest(0, extract(epoch from moment - old.stage_since))::bigint
      when began is not null then greatest(0, extract(epoch from moment - began))::bigint
    end,
    new.amount_minor, new.amount_currency, new.close_on, new.owner_id, new.probability, new.category);
  return null;
end $$;
