-- What somebody was to work in a week is what it was when the week was approved: hours, patterns, holidays and leave that
-- change afterwards do not change overtime that payroll has counted on.

alter table timesheets add column due_minutes int;
alter table timesheets add column off_minutes int;
alter table timesheets add constraint timesheets_due_whole check ((due_minutes is null) = (off_minutes is null));
