-- The same where the rollups have not taken the accesses yet.
-- params: merchant_id text, payer text, pseudonym text, mention text
UPDATE resource_accesses_tail
SET
    payer = CASE WHEN payer = $2 THEN $3 ELSE payer END,
    resource = coalesce(replace(resource, $4, $3), resource)
WHERE merchant_id = $1 AND (payer = $2 OR position($4 IN resource) > 0)
