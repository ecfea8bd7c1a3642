-- What other currencies are worth, by the day; and what is expected of whoever sells.

create table exchange_rates (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- In this currency; that of the workspace when it was written down.
  base text not null,
  currency text not null,
  -- Holds from this day on, until the next one of the same currency.
  on_day date not null,
  -- How much of the base one of the currency is worth, as it was told.
  rate numeric(24, 10) not null constraint exchange_rates_rate check (rate > 0),
  -- The same between the smallest parts of both: what amounts are multiplied by.
  factor numeric(40, 16) not null constraint exchange_rates_factor check (factor > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint exchange_rates_day_key unique (tenant_id, base, currency, on_day),
  constraint exchange_rates_other check (base <> currency)
);
call house.tenant_table('exchange_rates');
call house.audited('exchange_rates');

create table quotas (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  member_id uuid not null,
  span text not null constraint quotas_span check (span in ('month', 'quarter')),
  -- The first day of its period.
  from_on date not null,
  minor bigint not null constraint quotas_minor check (minor >= 0),
  currency text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint quotas_one unique (tenant_id, member_id, span, from_on),
  constraint quotas_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index quotas_by_day on quotas (tenant_id, from_on, member_id);
call house.tenant_table('quotas');
call house.audited('quotas');

-- What will close in some days, and what has: a forecast reads these, and no other deals.
create index deals_forecast on deals (tenant_id, close_on, state)
  include (owner_id, pipeline_id, category, probability, amount_minor, amount_currency) where archived_at is null;
