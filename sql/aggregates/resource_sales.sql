-- Settled payments and revenue by paid resource.
-- source: payment_events
-- levels: hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    coalesce(resource, '') AS resource,
    count(*) AS settled_count,
    coalesce(sum(amount_zat), 0) AS revenue_zat,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type = 'settled'
GROUP BY 1, 2, 3
