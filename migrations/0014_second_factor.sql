-- A second factor's way out: recovery codes; and an address that somebody wants to change to.

-- Ten codes, each for one sign-in. What is kept is their HMAC under SECRET_KEY, which opens nothing.
create table recovery_codes (
  account_id uuid not null references accounts on delete cascade,
  mark text not null,
  used_at timestamptz,
  primary key (account_id, mark)
);
grant select, insert, update, delete on recovery_codes to people360_identity;

alter table links add column email text;
alter table links drop constraint links_purpose_check;
alter table links add constraint links_purpose_check check (purpose in ('verification', 'password_reset', 'email_change'));
