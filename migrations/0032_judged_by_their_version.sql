-- Why a record was not enrolled is read by whoever may read what the version saw that left it out, and its name by
-- whoever may see records of that noun: so both are kept with the reason. Those of before say neither, and are closed.
alter table workflow_skips add column number int;
alter table workflow_skips add column record text;
