-- Forget a payer in the state of a merchant's payments.
-- params: merchant_id text, payer text, pseudonym text, mention text
UPDATE payments
SET
    payer = CASE WHEN payer = $2 THEN $3 ELSE payer END,
    resource = coalesce(replace(resource, $4, $3), resource)
WHERE merchant_id = $1 AND (payer = $2 OR position($4 IN resource) > 0)
