-- Workflows run on contacts as they do on the other records.
call house.watched('contacts', 'contact');
-- Who is found by an address that was posted.
create index contacts_by_caseless_email on contacts (tenant_id, email collate house.caseless) where archived_at is null and email is not null;
