-- Add what was stored and counts to what the rollups do not have yet.
INSERT INTO payment_events_tail
SELECT *
FROM incoming_payment_events
WHERE NOT voided AND type <> 'corrected'
