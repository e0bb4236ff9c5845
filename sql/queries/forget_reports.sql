-- The reports of a merchant, in all versions, that may mention a payer, held until they are changed.
-- params: merchant_id text, mention text
SELECT
    kind,
    first_day,
    version,
    data
FROM reports
WHERE merchant_id = $1 AND position($2 IN data) > 0
FOR NO KEY UPDATE
