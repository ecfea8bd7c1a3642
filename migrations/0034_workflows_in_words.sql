-- What people are told of the work of workflows: which run wrote a note, what was posted and fitted nothing, who has
-- handed a question over.

-- The run that wrote it. No reference: runs are forgotten after a while, notes are not.
alter table notes add column run_id uuid;

-- What was posted, where nothing came of it. Each posting is a row of its own.
alter table workflow_skips add column payload jsonb;

-- Whether all who are asked have to say yes; and who was asked first, and handed it over.
alter table workflow_approvals add column together boolean not null default false;
alter table workflow_approvals add column handed_by uuid[] not null default '{}';
