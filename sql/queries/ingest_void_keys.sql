-- Mark events as taken back; give those that were not already.
-- params: merchant_ids text[], event_ids text[]
UPDATE event_keys AS known
SET voided = true
FROM unnest($1::text[], $2::text[]) AS named (merchant_id, event_id)
WHERE
    known.merchant_id = named.merchant_id
    AND known.event_id = named.event_id
    AND known.stream = 'payment_events'
    AND NOT known.voided
RETURNING known.merchant_id, known.event_id
