-- Workflows run on leads and deals as they do on the other records.
call house.watched('leads', 'lead');
call house.watched('deals', 'deal');

-- By their days: what begins so and so long before or after one.
create index deals_closing_on on deals (tenant_id, close_on, id) where archived_at is null;
create index deals_next_step_on on deals (tenant_id, next_step_on, id) where archived_at is null and next_step_on is not null;
