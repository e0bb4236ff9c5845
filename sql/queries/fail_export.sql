-- An export cannot be made, or will be tried again (`queued`); the reason is made for the client.
-- params: export_id text, attempt integer, state text, error text
-- returns: ChangedExport
UPDATE export_requests
SET
    state = $3,
    error = $4,
    finished_at = CASE WHEN $3 = 'failed' THEN now() END
WHERE export_id = $1 AND attempt = $2 AND state = 'running'
RETURNING export_id
