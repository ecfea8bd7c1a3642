-- Public forms by which leads come in: what each asks, what was sent, and how much of it was dropped, and why.

create table lead_forms (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  -- Its part of the public address.
  key text not null,
  title text not null,
  intro text,
  button text not null,
  thanks text not null,
  accent text,
  -- What is asked beside name and email, and what of it must be answered.
  asked text[] not null default '{}',
  required text[] not null default '{}',
  -- What somebody agrees to, as they read it.
  consent text,
  consent_required boolean not null default false,
  -- A lead comes in when the owner of its address has confirmed it.
  confirms boolean not null default false,
  source text,
  campaign text,
  owner_id uuid,
  -- Sites that may show it in a frame.
  origins text[] not null default '{}',
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint lead_forms_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id)
);
-- An address that was given out is not given to another form.
create unique index lead_forms_key_key on lead_forms (tenant_id, key);
call house.tenant_table('lead_forms');
call house.audited('lead_forms');

-- Each sending that was taken, as it came; the id was drawn with the form, so that twice is once.
create table lead_captures (
  tenant_id uuid not null references tenants,
  id uuid not null,
  form_id uuid not null,
  lead_id uuid,
  at timestamptz not null,
  -- Waits for its confirmation; made a lead; came to one that was open.
  state text not null constraint lead_captures_state check (state in ('waiting', 'new', 'again')),
  name text not null,
  email text not null,
  -- What was answered besides, by field.
  answers jsonb not null,
  message text,
  consent text,
  utm jsonb not null default '{}',
  -- The page that the form stood on.
  page text,
  -- The limits could not be asked.
  unlimited boolean not null default false,
  primary key (tenant_id, id),
  constraint lead_captures_form_fk foreign key (tenant_id, form_id) references lead_forms (tenant_id, id),
  constraint lead_captures_lead_fk foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade
);
create index lead_captures_by_form on lead_captures (tenant_id, form_id, at, id);
create index lead_captures_by_lead on lead_captures (tenant_id, lead_id, at, id) where lead_id is not null;
create index lead_captures_waiting on lead_captures (tenant_id, at) where state = 'waiting';
call house.tenant_table('lead_captures');

-- How many were dropped in an hour, by reason: a flood of a bot is a few rows.
create table lead_drops (
  tenant_id uuid not null references tenants,
  form_id uuid not null,
  hour timestamptz not null,
  reason text not null,
  count bigint not null,
  primary key (tenant_id, form_id, hour, reason),
  constraint lead_drops_form_fk foreign key (tenant_id, form_id) references lead_forms (tenant_id, id)
);
create index lead_drops_by_hour on lead_drops (tenant_id, hour);
call house.tenant_table('lead_drops');
