-- Exports by their ids.
-- params: export_ids text[]
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
    omitted_count,
    omitted_value::text AS omitted_value,
    error,
    finished_at,
    stored_as,
    size_bytes,
    digest,
    expires_at,
    link_key
FROM export_requests
WHERE export_id = ANY ($1)
