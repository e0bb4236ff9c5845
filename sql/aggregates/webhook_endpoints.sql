-- Whether endpoints take what is sent to them: attempts that came to an end, and when one last did either way.
-- source: webhook_deliveries
-- levels: hour day month
-- merge: max last_delivered_at last_failed_at newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    endpoint,
    count(*) FILTER (WHERE outcome = 'delivered') AS delivered_count,
    count(*) FILTER (WHERE outcome = 'failed') AS failed_count,
    max(occurred_at) FILTER (WHERE outcome = 'delivered') AS last_delivered_at,
    max(occurred_at) FILTER (WHERE outcome = 'failed') AS last_failed_at,
    max(occurred_at) AS newest_event_at
FROM webhook_deliveries
WHERE outcome <> 'pending'
GROUP BY 1, 2, 3
