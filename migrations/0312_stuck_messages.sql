-- A message that its server never gives out holds up those behind it for a while, and not for ever.

alter table support_inbox_states
  -- Which message was not to be had when it was last looked at, and how often that was so.
  add column stuck_uid bigint,
  add column stuck_tries int not null default 0;
