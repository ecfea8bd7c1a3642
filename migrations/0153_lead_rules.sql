-- To whom leads go, what they score, and what becomes of them.

-- One row a workspace; without it everything is as it is at the beginning.
create table lead_settings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- Rules of scoring; null: the usual ones.
  scoring jsonb,
  -- Who gets leads for which no rule has somebody left.
  fallback_id uuid,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint lead_settings_one unique (tenant_id),
  constraint lead_settings_fallback_fk foreign key (tenant_id, fallback_id) references members (tenant_id, id)
);
call house.tenant_table('lead_settings');
call house.audited('lead_settings');

create table lead_rules (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  place int not null,
  conditions jsonb not null,
  how text not null constraint lead_rules_how check (how in ('round_robin', 'least_loaded', 'territory', 'skill', 'person')),
  pool jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index lead_rules_name_key on lead_rules (tenant_id, lower(name));
create index lead_rules_in_order on lead_rules (tenant_id, place, id);
call house.tenant_table('lead_rules');
call house.audited('lead_rules');

-- Whose turn was the last one, by rule.
create table lead_turns (
  tenant_id uuid not null references tenants,
  rule_id uuid not null,
  member_id uuid not null,
  primary key (tenant_id, rule_id),
  constraint lead_turns_rule_fk foreign key (tenant_id, rule_id) references lead_rules (tenant_id, id) on delete cascade
);
call house.tenant_table('lead_turns');

-- Why a lead has the owner that it has, where a rule has decided.
create table lead_assignments (
  tenant_id uuid not null references tenants,
  lead_id uuid not null,
  at timestamptz not null,
  member_id uuid,
  rule_id uuid,
  why text not null,
  primary key (tenant_id, lead_id),
  constraint lead_assignments_lead_fk foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade
);
call house.tenant_table('lead_assignments');

-- What a lead scores and why; the lead's own row follows.
create table lead_scores (
  tenant_id uuid not null references tenants,
  lead_id uuid not null,
  fit int not null,
  engagement int not null,
  reasons jsonb not null,
  at timestamptz not null,
  primary key (tenant_id, lead_id),
  constraint lead_scores_lead_fk foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade
);
create index lead_scores_by_time on lead_scores (tenant_id, at, lead_id) where engagement > 0;
call house.tenant_table('lead_scores');
create function house.take_score() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  update public.leads set fit = new.fit, engagement = new.engagement
  where tenant_id = new.tenant_id and id = new.lead_id and (fit, engagement) is distinct from (new.fit, new.engagement);
  return null;
end $$;
create trigger take after insert or update on lead_scores for each row execute function house.take_score();

-- Scoring all leads anew, and how far it is.
create table lead_scorings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  state text not null constraint lead_scorings_state check (state in ('waiting', 'running', 'done', 'failed')),
  leads int not null default 0,
  done int not null default 0,
  asked_by uuid,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
create index lead_scorings_lately on lead_scorings (tenant_id, created_at, id);
call house.tenant_table('lead_scorings');

-- What a lead became, and how that is taken back.
create table lead_conversions (
  tenant_id uuid not null references tenants,
  -- Drawn with the form, so that twice is once.
  id uuid not null,
  lead_id uuid not null,
  at timestamptz not null,
  by_id uuid,
  -- What the lead was before.
  status text not null,
  customer_id uuid,
  made_customer boolean not null,
  contact_id uuid,
  made_contact boolean not null default false,
  deal_id uuid,
  undone_at timestamptz,
  primary key (tenant_id, id),
  constraint lead_conversions_lead_fk foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade,
  constraint lead_conversions_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete set null (customer_id),
  constraint lead_conversions_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete set null (contact_id),
  constraint lead_conversions_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete set null (deal_id)
);
-- A lead is converted once, until that is undone.
create unique index lead_conversions_one on lead_conversions (tenant_id, lead_id) where undone_at is null;
create index lead_conversions_by_customer on lead_conversions (tenant_id, customer_id) where customer_id is not null;
create index lead_conversions_by_contact on lead_conversions (tenant_id, contact_id) where contact_id is not null;
create index lead_conversions_by_deal on lead_conversions (tenant_id, deal_id) where deal_id is not null;
call house.tenant_table('lead_conversions');
call house.audited('lead_conversions');

-- Which of a form's keys a program has; none: no program may send it.
alter table lead_forms add column round int not null default 0;
