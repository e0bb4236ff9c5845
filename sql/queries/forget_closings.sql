-- The closings of a merchant that may mention a payer, held until they are changed.
-- params: merchant_id text, mention text
SELECT
    grain,
    window_start,
    window_end,
    statistics::text AS data
FROM closings
WHERE merchant_id = $1 AND position($2 IN statistics::text) > 0
FOR NO KEY UPDATE
