-- Leave that stands follows employment, working patterns and holidays: its days may be fewer, or others, than when it was
-- asked for. What they took stays in the ledger, with what took it back.
grant delete on leave_request_days to people360_app;
