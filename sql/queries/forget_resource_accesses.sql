-- Forget a payer in a merchant's accesses: its name, resources that name it, and the digests.
-- params: merchant_id text, payer text, pseudonym text, mention text
WITH changed AS (
    UPDATE resource_accesses
    SET
        payer = CASE WHEN payer = $2 THEN $3 ELSE payer END,
        resource = coalesce(replace(resource, $4, $3), resource)
    WHERE merchant_id = $1 AND (payer = $2 OR position($4 IN resource) > 0)
    RETURNING event_id
)

UPDATE event_keys
SET digest = NULL
FROM changed
WHERE event_keys.merchant_id = $1 AND event_keys.event_id = changed.event_id
