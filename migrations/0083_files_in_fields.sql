-- Files in custom fields: the record holds which file a field has and what it is called, as {"file": id, "name": "cv.pdf"},
-- and here is of which record a file is, so that it is opened through the door of that record.

alter table custom_fields drop constraint custom_fields_kind;
alter table custom_fields add constraint custom_fields_kind
  check (kind in ('text', 'number', 'money', 'date', 'yes_no', 'choice', 'person', 'file'));

create table custom_files (
  tenant_id uuid not null references tenants,
  file_id uuid not null,
  field_id uuid not null,
  -- An employee or a customer, as the field says.
  record_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, file_id),
  constraint custom_files_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id),
  constraint custom_files_field_fk foreign key (tenant_id, field_id) references custom_fields (tenant_id, id)
);
create index custom_files_by_field on custom_files (tenant_id, field_id);
call house.tenant_table('custom_files', 'select, insert, delete');
