-- What is known under the keys that were taken already.
-- params: numbers integer[]
SELECT
    incoming.number,
    known.stream::text AS stream,
    known.occurred_at,
    known.digest,
    known.voided
FROM incoming_keys AS incoming
JOIN event_keys AS known USING (merchant_id, event_id)
WHERE incoming.number = ANY ($1)
