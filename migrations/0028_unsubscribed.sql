-- Whoever is outside ends mail that workflows send with one click, as members do.
alter table mail_suppressions drop constraint mail_suppressions_reason_check;
alter table mail_suppressions add constraint mail_suppressions_reason_check
  check (reason in ('bounce', 'complaint', 'unsubscribed'));
