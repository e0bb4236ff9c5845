-- A page of merchants in order of id, beginning after one.
-- params: after text, page_size bigint
-- returns: Merchant
SELECT
    merchant_id,
    name,
    zone,
    week_start,
    pending_timeout_minutes,
    email,
    state,
    created_at
FROM merchants
WHERE merchant_id > $1
ORDER BY merchant_id
LIMIT $2
