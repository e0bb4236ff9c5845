-- Settled and failed attempts and revenue by method: transparent, shielded, or unknown where no event told.
-- source: payment_events
-- levels: 15m hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('15 minutes', occurred_at) AS bucket,
    merchant_id,
    coalesce(method, 'unknown') AS method,
    count(*) FILTER (WHERE type = 'settled') AS settled_count,
    count(*) FILTER (WHERE type = 'failed') AS failed_count,
    count(*) FILTER (WHERE type = 'expired') AS expired_count,
    coalesce(sum(amount_zat) FILTER (WHERE type = 'settled'), 0) AS revenue_zat,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type IN ('settled', 'failed', 'expired')
GROUP BY 1, 2, 3
