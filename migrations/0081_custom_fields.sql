-- Fields that a workspace adds to its records. What they hold stands with the record, in a column for each class: who
-- may read one is told by the column, as for every other field, and what nobody may see is never read.

create table custom_fields (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  noun text not null constraint custom_fields_noun check (noun in ('employees', 'customers')),
  -- Names the values in the records, in files and for programs; never changes.
  key text not null constraint custom_fields_key_shape check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  label text not null,
  kind text not null constraint custom_fields_kind check (kind in ('text', 'number', 'money', 'date', 'yes_no', 'choice', 'person')),
  class text not null constraint custom_fields_class check (class in ('directory', 'personal', 'pay')),
  options text[] not null default '{}',
  help text,
  required boolean not null default false,
  -- In the order of forms and columns.
  place int not null,
  -- Out of use: what records hold stays, and is shown nowhere until it is brought back.
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint custom_fields_key_key unique (tenant_id, noun, key)
);
create unique index custom_fields_label_key on custom_fields (tenant_id, noun, lower(label)) where archived_at is null;
call house.tenant_table('custom_fields');
call house.audited('custom_fields');

-- By key. Text, choices, days and exact numbers as text; yes or no as true or false; money as
-- {"minor": 120000, "currency": "EUR"}; a person as {"employee": id}.
alter table employees add column custom jsonb, add column custom_personal jsonb, add column custom_pay jsonb;
alter table customers add column custom jsonb;
