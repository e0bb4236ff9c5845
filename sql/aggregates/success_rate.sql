-- Decided attempts per merchant, and what the first tries came to.
-- source: payment_events
-- levels: 15m hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('15 minutes', occurred_at) AS bucket,
    merchant_id,
    count(*) FILTER (WHERE type = 'settled') AS settled_count,
    count(*) FILTER (WHERE type = 'failed') AS failed_count,
    count(*) FILTER (WHERE type = 'expired') AS expired_count,
    count(*) FILTER (WHERE attempt = 1) AS first_try_decided_count,
    count(*) FILTER (WHERE attempt = 1 AND type = 'settled') AS first_try_settled_count,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type IN ('settled', 'failed', 'expired')
GROUP BY 1, 2
