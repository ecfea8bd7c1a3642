-- Mail that is answered for: what came back, addresses that get no more, and how much a workspace sends at a time.

-- Who made the row, once: the job and the key of the message. Nothing is sent twice under one.
alter table mails add column idempotency_key text;
create unique index mails_idempotency_key on mails (tenant_id, idempotency_key);
-- When the last try ended.
alter table mails add column last_at timestamptz;
-- The turn that the workspace's limit has given it.
alter table mails add column not_before timestamptz;

-- Came back, although it was taken; and not sent at all, because its address is stopped.
alter table mails drop constraint mails_state_check;
alter table mails add constraint mails_state_check
  check (state in ('queued', 'sending', 'sent', 'failed', 'bounced', 'suppressed', 'unclear'));

-- The log, all of it or one state's.
create index mails_log on mails (tenant_id, created_at desc, id desc);
create index mails_by_state on mails (tenant_id, state, created_at desc, id desc);
drop index mails_recent;

-- Addresses that get no more mail of this workspace, until somebody lifts it.
create table mail_suppressions (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- In lower case, as it is compared.
  email text not null,
  reason text not null check (reason in ('bounce', 'complaint')),
  -- What the other side said.
  answer text not null,
  -- The message that came back; its row goes before this one does.
  mail_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint mail_suppressions_email_key unique (tenant_id, email)
);
create index mail_suppressions_recent on mail_suppressions (tenant_id, created_at desc, id desc);
call house.tenant_table('mail_suppressions', 'select, insert, update, delete');
call house.audited('mail_suppressions');

-- How many turns a workspace has had: the hour that turns are given out of, and what it and its day have given.
create table mail_quotas (
  tenant_id uuid primary key references tenants,
  -- Null: the usual.
  per_hour int check (per_hour > 0),
  per_day int check (per_day > 0),
  hour timestamptz not null,
  in_hour int not null,
  in_day int not null
);
call house.tenant_table('mail_quotas', 'select, insert, update');

-- The door for what comes back: whose message it is that a mail server speaks of. Nothing but the id in our Message-ID,
-- or, where a server has kept that to itself, the address, tells of the workspace; and it tells no more than which.
create index mails_by_id on mails (id);
create index mails_by_recipient on mails (lower(recipient), created_at desc);
create policy door on mails for select to current_user using (true);
create function house.whose_mail(p_mails uuid[], p_recipient text, p_since timestamptz)
returns table (tenant_id uuid, mail_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public rows 1 as $$
begin
  return query select m.tenant_id, m.id from public.mails m where m.id = any(p_mails) limit 1;
  if not found and p_recipient is not null then
    return query
      select m.tenant_id, m.id from public.mails m
      where lower(m.recipient) = lower(p_recipient) and m.created_at > p_since and m.state in ('sending', 'sent', 'unclear')
      order by m.created_at desc limit 1;
  end if;
end $$;
revoke all on function house.whose_mail from public;
grant execute on function house.whose_mail to people360_identity;
