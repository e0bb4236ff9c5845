-- Ask for a file, and plan the run that makes it.
-- The same file asked for already and not made yet is that one. No row where the merchant waits for too many.
-- params: export_id text, merchant_id text, format text, spec jsonb, requested_by text, at timestamptz, link_key bytea, job text, window_start timestamptz, window_end timestamptz, max_attempts integer, max_open bigint
-- returns: ExportRequest
WITH waiting AS (
    SELECT export_id
    FROM export_requests
    WHERE merchant_id = $2 AND state IN ('queued', 'running') AND spec = $4
    ORDER BY requested_at, export_id
    LIMIT 1
),

added AS (
    INSERT INTO export_requests (export_id, merchant_id, format, spec, requested_by, requested_at, link_key)
    SELECT $1, $2, $3, $4, $5, $6, $7
    WHERE
        NOT EXISTS (SELECT FROM waiting)
        AND $12 > (
            SELECT count(*) FROM export_requests WHERE merchant_id = $2 AND state IN ('queued', 'running')
        )
    RETURNING *
),

planned AS (
    INSERT INTO job_runs (job, merchant_id, subject, window_start, window_end, due_at, max_attempts)
    SELECT $8, added.merchant_id, added.export_id, $9, $10, now(), $11
    FROM added
)

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
FROM (
    SELECT * FROM added
    UNION ALL
    (SELECT * FROM export_requests WHERE export_id = (SELECT export_id FROM waiting))
) AS found
