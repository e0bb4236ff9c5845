-- How long delivered webhook attempts took: a sketch, one row per occupied bin.
-- source: webhook_deliveries
-- levels: day
-- merge: max newest_event_at
SELECT
    time_bucket('1 day', occurred_at) AS bucket,
    merchant_id,
    event_type,
    endpoint,
    latency_bin(latency_ms) AS bin,
    count(*) AS event_count,
    coalesce(sum(latency_ms), 0) AS latency_sum_ms,
    max(occurred_at) AS newest_event_at
FROM webhook_deliveries
WHERE outcome = 'delivered'
GROUP BY 1, 2, 3, 4, 5
