-- Merchants' exports, the latest first, so many of each.
-- params: merchant_ids text[], row_count bigint
-- returns: ExportRequest
SELECT
    e.export_id,
    e.merchant_id,
    e.format,
    e.spec,
    e.requested_by,
    e.requested_at,
    e.state,
    e.attempt,
    e.started_at,
    e.rows_done,
    e.rows_total,
    e.missing_rate_count,
    e.omitted_count,
    e.omitted_value::text AS omitted_value,
    e.error,
    e.finished_at,
    e.stored_as,
    e.size_bytes,
    e.digest,
    e.expires_at,
    e.link_key
FROM unnest($1::text[]) AS asked (merchant_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM export_requests
    WHERE export_requests.merchant_id = asked.merchant_id
    ORDER BY requested_at DESC, export_id
    LIMIT $2
) AS e
ORDER BY e.merchant_id, e.requested_at DESC, e.export_id
