-- A template of a checklist may be for people of a role: for these job titles alone; none: for all.
alter table checklist_templates add column job_titles text[] not null default '{}';
