-- The merchants with these ids.
-- params: merchant_ids text[]
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
WHERE merchant_id = ANY ($1)
