-- The ground: what a tenant table is, workspaces, accounts, members and invitations.
--
-- Row-level security is written plainly, `tenant_id = current_setting('app.tenant_id')::uuid`: it raises when
-- the setting was never made and after a transaction (an empty string is no uuid), and the planner sees the
-- value. See migrations/README.md for the recipe.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create schema house;
comment on schema house is 'Functions that make the rules: the recipe of a tenant table, audit, doors.';
grant usage on schema house to people360_app, people360_identity;

-- Makes `name` a tenant table: forced row-level security, for the app role only, with the given grants.
create procedure house.tenant_table(name regclass, grants text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format(
    'create policy tenant on %s to people360_app using (tenant_id = current_setting(''app.tenant_id'')::uuid) '
    'with check (tenant_id = current_setting(''app.tenant_id'')::uuid)', name);
  execute format('grant %s on %s to people360_app', grants, name);
end $$;

create table tenants (
  id uuid primary key,
  slug text not null constraint tenants_slug_key unique,
  name text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  zone text not null default 'UTC',
  currency text not null default 'USD',
  date_order text not null default 'mdy' check (date_order in ('mdy', 'dmy')),
  created_at timestamptz not null
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenant on tenants to people360_app using (id = current_setting('app.tenant_id')::uuid)
  with check (id = current_setting('app.tenant_id')::uuid);
create policy identity on tenants to people360_identity using (true) with check (true);
create policy door on tenants for select to current_user using (true);
create policy relay on tenants for select to people360_relay using (true);
grant select, update on tenants to people360_app;
grant select, insert on tenants to people360_identity;
grant select (id, status) on tenants to people360_relay;

-- Sign-ins. No tenant's: one account may be a member of several workspaces. Only the identity role reads them.
create table accounts (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  verified_at timestamptz,
  -- Signing in before this moment does not count any more (a reset signs out everywhere).
  sessions_from timestamptz not null,
  created_at timestamptz not null
);
create unique index accounts_email_key on accounts (lower(email));
grant select, insert, update on accounts to people360_identity;

-- One-time links. The token in the mail is the id and its HMAC under SECRET_KEY, so nothing here opens anything.
create table links (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  purpose text not null check (purpose in ('verification', 'password_reset')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index links_account on links (account_id, purpose);
create index links_expires on links (expires_at);
grant select, insert, update, delete on links to people360_identity;

create table members (
  tenant_id uuid not null references tenants,
  id uuid not null,
  account_id uuid not null references accounts,
  -- The account's name and address, so that no tenant transaction ever reads accounts.
  name text not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'manager', 'employee')),
  preferences jsonb not null default '{}',
  verified boolean not null default false,
  deactivated_at timestamptz,
  joined_at timestamptz not null,
  primary key (tenant_id, id),
  constraint members_account_key unique (tenant_id, account_id)
);
create index members_by_account on members (account_id, tenant_id);
create index members_by_email on members (tenant_id, lower(email));
call house.tenant_table('members', 'select, insert, update');
create policy identity on members to people360_identity using (true) with check (true);
create policy door on members for select to current_user using (true);
grant select, insert, update on members to people360_identity;

create table invitations (
  tenant_id uuid not null references tenants,
  id uuid not null,
  email text not null,
  role text not null check (role in ('admin', 'manager', 'employee')),
  invited_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, invited_by) references members (tenant_id, id)
);
-- One open invitation per address.
create unique index invitations_open_key on invitations (tenant_id, lower(email))
  where accepted_at is null and revoked_at is null;
call house.tenant_table('invitations', 'select, insert, update');
create policy identity on invitations to people360_identity using (true) with check (true);
grant select, update on invitations to people360_identity;

-- The door: which member an account is in the workspace of this slug. Runs before any tenant is set, hence
-- SECURITY DEFINER; it answers for one slug and one account only. plpgsql, because its plan is kept.
create function house.enter(p_slug text, p_account uuid)
returns table (
  tenant_id uuid, slug text, workspace text, status text, zone text, currency text, date_order text,
  member_id uuid, name text, email text, role text, preferences jsonb, verified boolean,
  sessions_from timestamptz
)
language plpgsql stable security definer set search_path = pg_catalog, public rows 1 as $$
begin
  return query
    select t.id, t.slug, t.name, t.status, t.zone, t.currency, t.date_order,
           m.id, m.name, m.email, m.role, m.preferences, m.verified, a.sessions_from
    from public.tenants t
    join public.members m on m.tenant_id = t.id and m.account_id = p_account and m.deactivated_at is null
    join public.accounts a on a.id = m.account_id
    where t.slug = p_slug;
end $$;
revoke all on function house.enter from public;
grant execute on function house.enter to people360_app;
