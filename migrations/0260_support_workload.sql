-- The report of how much work there was reads what became of tickets by when it happened.
create index ticket_clock_events_of_status on ticket_clock_events (tenant_id, at, id) where what = 'status';
