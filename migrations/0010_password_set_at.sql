-- When a member last chose a new password: a reset leaves its mark in the audit trail of each of their workspaces.

alter table members add column password_set_at timestamptz;
