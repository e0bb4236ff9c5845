-- How long each step took since the step before: a sketch, one row per occupied bin.
-- source: payment_events
-- levels: day
-- merge: max newest_event_at
SELECT
    time_bucket('1 day', occurred_at) AS bucket,
    merchant_id,
    type AS step,
    latency_bin(step_latency_ms) AS bin,
    count(*) AS event_count,
    coalesce(sum(step_latency_ms), 0) AS latency_sum_ms,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type NOT IN ('created', 'corrected')
GROUP BY 1, 2, 3, 4
