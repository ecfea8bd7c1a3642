-- A message that becomes a ticket of its own asks nothing in the one that it was in: its clocks are told so.

alter table ticket_clock_events drop constraint ticket_clock_events_what,
  add constraint ticket_clock_events_what check
    (what in ('opened', 'asked', 'unasked', 'answered', 'status', 'priority', 'withdrawn', 'returned'));
