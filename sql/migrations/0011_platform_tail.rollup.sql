-- The same in the tail, of which one statement may want many stretches.
CREATE INDEX payment_events_tail_time ON payment_events_tail (occurred_at);
