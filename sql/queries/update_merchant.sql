-- Changes a merchant; null leaves as it is, but for the e-mail, which is set when told so. No row: no such merchant.
-- params: merchant_id text, name text, zone text, week_start smallint, pending_timeout_minutes integer, sets_email boolean, email text, state text
-- returns: Merchant
UPDATE merchants
SET
    name = coalesce($2, name),
    zone = coalesce($3, zone),
    week_start = coalesce($4, week_start),
    pending_timeout_minutes = coalesce($5, pending_timeout_minutes),
    email = CASE WHEN $6 THEN $7 ELSE email END,
    state = coalesce($8, state),
    updated_at = now()
WHERE merchant_id = $1
RETURNING
    merchant_id,
    name,
    zone,
    week_start,
    pending_timeout_minutes,
    email,
    state,
    created_at
