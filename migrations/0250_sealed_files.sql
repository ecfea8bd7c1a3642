-- A file of people may hold what is encrypted wherever else it is kept: account numbers. So it is kept encrypted as well, as
-- long as it is needed to undo an import and to tell which rows were wrong; files from before are swept within a month.
alter table import_files add column sealed boolean not null default false;
