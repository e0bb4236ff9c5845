-- Mark the row of an event that is taken back.
-- params: merchant_id text, event_id text, occurred_at timestamptz
UPDATE payment_events
SET voided = true
WHERE merchant_id = $1 AND event_id = $2 AND occurred_at = $3
