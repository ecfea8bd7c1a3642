-- Members are found by name among thousands, and an invitation that was sent again says so.

create index members_by_name on members (tenant_id, lower(name), id);
alter table invitations add column sent_at timestamptz;
