-- Attempts that failed or expired by paid resource; the settled ones are in resource_sales.
-- source: payment_events
-- levels: hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    coalesce(resource, '') AS resource,
    count(*) FILTER (WHERE type = 'failed') AS failed_count,
    count(*) FILTER (WHERE type = 'expired') AS expired_count,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type IN ('failed', 'expired')
GROUP BY 1, 2, 3
