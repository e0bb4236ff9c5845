-- A merchant's exports, the latest first.
-- params: merchant_id text, row_count bigint
-- returns: ExportRequest
SELECT
    export_id,
    merchant_id,
    format,
    spec,
    requested_by,
    requested_at,
    state,
    attempt,
    started_at,
    rows_done,
    rows_total,
    missing_rate_count,
    error,
    finished_at,
    stored_as,
    size_bytes,
    digest,
    expires_at,
    link_key
FROM export_requests
WHERE merchant_id = $1
ORDER BY requested_at DESC, export_id
LIMIT $2
