-- A run whose changes start runs whose changes start runs has a depth, and also a number: of one beginning no more than
-- some hundred runs may come. So what comes of a run knows the run with which it began.
alter table workflow_runs add column root uuid;
create index workflow_runs_root on workflow_runs (tenant_id, root) where root is not null;
-- Set by the transaction of a step; what a person or an import changes begins nothing that is counted.
alter table happenings add column root uuid default nullif(current_setting('app.root', true), '')::uuid;
