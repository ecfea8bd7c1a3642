-- What a manager thinks of a forecast, beside what whoever sells says: signed, reasoned, and never mixed into it.

create table forecast_adjustments (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- About whom.
  member_id uuid not null,
  span text not null constraint forecast_adjustments_span check (span in ('month', 'quarter', 'year')),
  from_on date not null,
  line text not null constraint forecast_adjustments_line check (line in ('commit', 'best_case', 'weighted')),
  -- Up or down.
  minor bigint not null constraint forecast_adjustments_minor check (minor <> 0),
  currency text not null,
  reason text not null,
  author_id uuid not null,
  created_at timestamptz not null,
  -- Taken back, and by whom; nothing is deleted.
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (tenant_id, id),
  constraint forecast_adjustments_withdrawn check ((withdrawn_at is null) = (withdrawn_by is null)),
  constraint forecast_adjustments_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id),
  constraint forecast_adjustments_author_fk foreign key (tenant_id, author_id) references members (tenant_id, id),
  constraint forecast_adjustments_withdrawn_fk foreign key (tenant_id, withdrawn_by) references members (tenant_id, id)
);
create index forecast_adjustments_of_period on forecast_adjustments (tenant_id, span, from_on, member_id, id);
call house.tenant_table('forecast_adjustments', 'select, insert, update');
call house.audited('forecast_adjustments');
