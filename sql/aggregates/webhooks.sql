-- Webhook attempts by outcome, and what first attempts came to.
-- source: webhook_deliveries
-- levels: hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    event_type,
    endpoint,
    count(*) FILTER (WHERE outcome = 'delivered') AS delivered_count,
    count(*) FILTER (WHERE outcome = 'failed') AS failed_count,
    count(*) FILTER (WHERE outcome = 'pending') AS pending_count,
    count(*) FILTER (WHERE attempt = 1 AND outcome <> 'pending') AS first_try_count,
    count(*) FILTER (WHERE attempt = 1 AND outcome = 'delivered') AS first_try_delivered_count,
    max(occurred_at) AS newest_event_at
FROM webhook_deliveries
GROUP BY 1, 2, 3, 4
