-- Tasks that come round, and calendars of calls and meetings that other programs read.

alter table tasks
  -- A rule as RFC 5545 writes it; which day comes next, the domain knows.
  add column repeats text,
  -- The one that this one came after: each has one successor, however often it is done.
  add column follows uuid,
  add constraint tasks_repeats_from_a_day check (repeats is null or due_on is not null),
  add constraint tasks_follows_fk foreign key (tenant_id, follows) references tasks (tenant_id, id) on delete set null (follows),
  add constraint tasks_follows_key unique (tenant_id, follows);

alter table calendar_feeds drop constraint calendar_feeds_what_check,
  add constraint calendar_feeds_what_check check (what in ('own', 'team', 'activities'));
