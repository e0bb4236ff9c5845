-- Forget a payer in a merchant's payment events: its name, what else names it, and the digests that could be guessed at.
-- params: merchant_id text, payer text, pseudonym text, mention text
WITH changed AS (
    UPDATE payment_events
    SET
        payer = CASE WHEN payer = $2 THEN $3 ELSE payer END,
        resource = coalesce(replace(resource, $4, $3), resource),
        failure_reason = coalesce(replace(failure_reason, $4, $3), failure_reason),
        metadata = NULL
    WHERE
        merchant_id = $1
        AND (
            payer = $2
            OR position($4 IN resource) > 0
            OR position($4 IN failure_reason) > 0
            OR position($4 IN metadata::text) > 0
        )
    RETURNING event_id
)

UPDATE event_keys
SET digest = NULL
FROM changed
WHERE event_keys.merchant_id = $1 AND event_keys.event_id = changed.event_id
