-- Products come in by a file as other records do, and lists of tasks, calls and meetings have views that are kept.
alter table imports drop constraint imports_target_check,
  add constraint imports_target_check check (target in ('employees', 'customers', 'employee_jobs', 'employee_pay', 'contacts', 'deals', 'leads', 'products'));
alter table saved_views drop constraint saved_views_noun,
  add constraint saved_views_noun check (noun in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets', 'tasks', 'activities'));
