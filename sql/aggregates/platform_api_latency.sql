-- Calls to the facilitator's API by endpoint and latency bin over all merchants and none together, kept under no merchant.
-- source: api_requests
-- levels: hour day month
-- merge: max newest_event_at
-- of: all merchants
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    left(merchant_id, 0) AS merchant_id,
    endpoint,
    latency_bin(latency_ms) AS bin,
    count(*) AS request_count,
    count(*) FILTER (WHERE status >= 400) AS error_count,
    count(*) FILTER (WHERE status >= 500) AS server_error_count,
    coalesce(sum(latency_ms), 0) AS latency_sum_ms,
    max(occurred_at) AS newest_event_at
FROM api_requests
GROUP BY 1, 2, 3, 4
