-- Documents of employees: kinds, documents with their versions, what is asked for, and what runs out.

create table document_kinds (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  -- Who sees documents of this kind: whoever sees fields of this class.
  class text not null check (class in ('directory', 'personal', 'pay')),
  employee_sees boolean not null,
  expires boolean not null,
  required boolean not null,
  -- Days before the last one on which people are told, the longest first.
  remind_days int[] not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index document_kinds_name_key on document_kinds (tenant_id, lower(name)) where archived_at is null;
call house.tenant_table('document_kinds');
call house.audited('document_kinds');

create table documents (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  employee_id uuid not null,
  kind_id uuid not null,
  title text not null,
  -- asked: nothing has come yet. waiting: the employee has brought it, nobody has looked. refused: they are to bring
  -- another. current: it counts.
  state text not null check (state in ('asked', 'waiting', 'refused', 'current')),
  expires_on date,
  -- Of what is asked for.
  due_on date,
  message text,
  asked_by uuid,
  reason text,
  -- The file that counts, or waits; null until there is one.
  file_id uuid,
  -- The document that this one is to take the place of, once it is approved.
  replaces_id uuid,
  -- When somebody is to be told next, of its last day or of what is due; null: never.
  remind_on date,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint documents_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id),
  constraint documents_kind_fk foreign key (tenant_id, kind_id) references document_kinds (tenant_id, id),
  constraint documents_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id),
  constraint documents_replaces_fk foreign key (tenant_id, replaces_id) references documents (tenant_id, id),
  constraint documents_asked_by_fk foreign key (tenant_id, asked_by) references members (tenant_id, id),
  constraint documents_whole check (state in ('asked', 'refused') or file_id is not null)
);
create index documents_by_employee on documents (tenant_id, employee_id, kind_id, id);
create index documents_by_title on documents (tenant_id, lower(title), id) where archived_at is null;
create index documents_by_added on documents (tenant_id, created_at, id);
create index documents_by_state on documents (tenant_id, state, id) where archived_at is null and state <> 'current';
create index documents_by_expiry on documents
  (tenant_id, (case when expires_on is null then 'infinity' else expires_on end), id) where archived_at is null;
create index documents_by_reminder on documents (tenant_id, remind_on) where remind_on is not null;
call house.tenant_table('documents');
call house.audited('documents');
-- The schedule asks which workspaces have something to remind of, and no more.
create policy relay on documents for select to people360_relay using (true);
grant select (tenant_id, remind_on) on documents to people360_relay;

-- Every file that a document has had.
create table document_versions (
  tenant_id uuid not null references tenants,
  document_id uuid not null,
  number int not null,
  file_id uuid not null,
  -- What was said of it, where it was refused.
  refused text,
  created_by uuid,
  created_at timestamptz not null,
  primary key (tenant_id, document_id, number),
  constraint document_versions_document_fk foreign key (tenant_id, document_id) references documents (tenant_id, id)
    on delete cascade,
  constraint document_versions_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id),
  constraint document_versions_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id)
);
create unique index document_versions_file_key on document_versions (tenant_id, file_id);
call house.tenant_table('document_versions', 'select, insert, update, delete');

-- Letters to be filled from a record: offer, contract, certificate.
create table letters (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  -- What a letter becomes when it is saved with an employee.
  kind_id uuid not null,
  body text not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint letters_kind_fk foreign key (tenant_id, kind_id) references document_kinds (tenant_id, id)
);
create unique index letters_name_key on letters (tenant_id, lower(name)) where archived_at is null;
call house.tenant_table('letters');
call house.audited('letters');
