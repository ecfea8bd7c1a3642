-- What is sold and for how much, what a deal is made of, and what customers are offered in writing.

create table products (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  code text,
  description text,
  -- In percent.
  tax numeric(6, 3) not null default 0 constraint products_tax check (tax between 0 and 100),
  retired boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index products_name_key on products (tenant_id, lower(name)) where not retired;
create unique index products_code_key on products (tenant_id, lower(code)) where not retired;
call house.tenant_table('products');
call house.audited('products');

-- One price a currency and day.
create table product_prices (
  tenant_id uuid not null references tenants,
  id uuid not null,
  product_id uuid not null,
  currency text not null,
  minor bigint not null constraint product_prices_minor check (minor >= 0),
  from_on date not null,
  until_on date,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint product_prices_product_fk foreign key (tenant_id, product_id) references products (tenant_id, id) on delete cascade,
  constraint product_prices_days check (until_on >= from_on),
  constraint product_prices_one exclude using gist (
    tenant_id with =, product_id with =, currency with =, daterange(from_on, until_on, '[]') with &&)
);
call house.tenant_table('product_prices');
call house.audited('product_prices');

create table quotes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  deal_id uuid not null,
  number int not null,
  -- Counts the versions of one number.
  revision int not null default 1,
  state text not null default 'draft' check (state in ('draft', 'open', 'accepted', 'declined', 'replaced', 'revoked')),
  currency text not null,
  expires_on date not null,
  note text,
  published_at timestamptz,
  answered_at timestamptz,
  -- As whoever answered has called themselves.
  answered_by text,
  answer_note text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint quotes_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint quotes_number_key unique (tenant_id, number, revision),
  constraint quotes_answered check ((answered_at is null) = (answered_by is null))
);
create index quotes_of_deal on quotes (tenant_id, deal_id, number, revision);
call house.tenant_table('quotes');
call house.audited('quotes');

-- Lines of a deal, or of a quote, which keeps what it said whatever becomes of products and deals.
create table sales_lines (
  tenant_id uuid not null references tenants,
  id uuid not null,
  deal_id uuid,
  quote_id uuid,
  place int not null,
  product_id uuid,
  name text not null,
  quantity numeric(12, 3) not null constraint sales_lines_quantity check (quantity > 0),
  unit_minor bigint not null constraint sales_lines_unit check (unit_minor >= 0),
  currency text not null,
  discount numeric(6, 3) not null constraint sales_lines_discount check (discount between 0 and 100),
  tax numeric(6, 3) not null constraint sales_lines_tax check (tax between 0 and 100),
  primary key (tenant_id, id),
  constraint sales_lines_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint sales_lines_quote_fk foreign key (tenant_id, quote_id) references quotes (tenant_id, id) on delete cascade,
  constraint sales_lines_product_fk foreign key (tenant_id, product_id) references products (tenant_id, id),
  constraint sales_lines_one check (num_nonnulls(deal_id, quote_id) = 1)
);
create index sales_lines_of_deal on sales_lines (tenant_id, deal_id, place) where deal_id is not null;
create index sales_lines_of_quote on sales_lines (tenant_id, quote_id, place) where quote_id is not null;
call house.tenant_table('sales_lines');
call house.audited('sales_lines');
