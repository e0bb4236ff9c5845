-- Tell how far an export is; no row where somebody else has taken it.
-- params: export_id text, attempt integer, rows_done bigint, rows_total bigint, size_bytes bigint
-- returns: ChangedExport
UPDATE export_requests
SET rows_done = $3, rows_total = $4, size_bytes = $5
WHERE export_id = $1 AND attempt = $2 AND state = 'running'
RETURNING export_id
