-- What deals were on the Monday of each week, as forecasts count them: what one week says is compared with another, and with
-- what was won.

create table forecast_snapshots (
  tenant_id uuid not null references tenants,
  -- A Monday; how things stood when it began, where the workspace is.
  week date not null constraint forecast_snapshots_week check (extract(isodow from week) = 1),
  -- The currency of its amounts.
  base text not null,
  deals int not null,
  created_at timestamptz not null,
  primary key (tenant_id, week)
);
call house.tenant_table('forecast_snapshots', 'select, insert');
create policy relay on forecast_snapshots for select to people360_relay using (true);
grant select (tenant_id, week) on forecast_snapshots to people360_relay;
grant select (zone) on tenants to people360_relay;

-- A row for each who shares in a deal; together they are the deal.
create table forecast_snapshot_deals (
  tenant_id uuid not null references tenants,
  week date not null,
  deal_id uuid not null,
  -- Nobody's: null.
  member_id uuid,
  -- In hundredths of a percent.
  share int not null,
  state text not null,
  pipeline_id uuid not null,
  stage_id uuid not null,
  category text not null,
  probability int not null,
  close_on date,
  -- Of the whole deal.
  amount_minor bigint,
  amount_currency text,
  -- Of this share, in the currency of the snapshot; null: no amount, or no rate.
  base_minor bigint,
  weighted_minor bigint,
  constraint forecast_snapshot_deals_week_fk foreign key (tenant_id, week) references forecast_snapshots (tenant_id, week),
  constraint forecast_snapshot_deals_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint forecast_snapshot_deals_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create unique index forecast_snapshot_deals_key on forecast_snapshot_deals (tenant_id, week, deal_id, member_id) nulls not distinct;
create index forecast_snapshot_deals_by_close on forecast_snapshot_deals (tenant_id, close_on, week);
call house.tenant_table('forecast_snapshot_deals', 'select, insert');
