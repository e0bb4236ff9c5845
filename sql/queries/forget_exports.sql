-- Let a merchant's files name a forgotten payer no longer: finished ones end, those being made begin anew.
-- params: merchant_id text
UPDATE export_requests
SET
    state = CASE state WHEN 'done' THEN 'expired' ELSE 'queued' END,
    expires_at = CASE state WHEN 'done' THEN now() END,
    attempt = attempt + 1
WHERE merchant_id = $1 AND state IN ('done', 'running')
