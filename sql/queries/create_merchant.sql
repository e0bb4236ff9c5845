-- A new merchant; no row when the id is taken.
-- params: merchant_id text, name text, zone text, week_start smallint, pending_timeout_minutes integer, email text
-- returns: Merchant
INSERT INTO merchants (merchant_id, name, zone, week_start, pending_timeout_minutes, email)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (merchant_id) DO NOTHING
RETURNING
    merchant_id,
    name,
    zone,
    week_start,
    pending_timeout_minutes,
    email,
    state,
    created_at
