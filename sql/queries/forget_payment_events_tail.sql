-- The same where the rollups have not taken the events yet.
-- params: merchant_id text, payer text, pseudonym text, mention text
UPDATE payment_events_tail
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
