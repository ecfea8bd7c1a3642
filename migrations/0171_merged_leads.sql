-- Leads that may be one: how they are taken for that, and merges of them.

alter table leads
  add column merged_into uuid,
  add column sound text collate "C" generated always as (house.name_sound(name)) stored,
  add column phone_key text generated always as (house.phone_key(phone)) stored,
  add constraint leads_merged_fk foreign key (tenant_id, merged_into) references leads (tenant_id, id),
  add constraint leads_merged_away check (merged_into is null or archived_at is not null);
create index leads_by_sound on leads (tenant_id, sound, id) where archived_at is null and sound is not null;
create index leads_by_phone_key on leads (tenant_id, phone_key, id) where archived_at is null and phone_key is not null;
create index leads_merged on leads (tenant_id, merged_into) where merged_into is not null;

alter table merges drop constraint merges_noun,
  add constraint merges_noun check (noun in ('customers', 'contacts', 'leads'));

-- As for customers and contacts: a tag is given to the one that stays.
grant update (lead_id) on record_tags to people360_app;
