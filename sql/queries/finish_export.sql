-- An export's file is there, whole; no row where somebody else has taken the export.
-- params: export_id text, attempt integer, row_count bigint, missing_rate_count bigint, omitted_count bigint, omitted_value numeric, stored_as text, size_bytes bigint, digest bytea, lasts interval
-- returns: ChangedExport
UPDATE export_requests
SET
    state = 'done',
    rows_done = $3,
    rows_total = $3,
    missing_rate_count = $4,
    omitted_count = $5,
    omitted_value = $6,
    stored_as = $7,
    size_bytes = $8,
    digest = $9,
    finished_at = now(),
    expires_at = now() + $10
WHERE export_id = $1 AND attempt = $2 AND state = 'running'
RETURNING export_id
