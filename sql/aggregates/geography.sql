-- Decided attempts and revenue by country; ZZ where none was told.
-- source: payment_events
-- levels: hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    coalesce(country, 'ZZ') AS country,
    count(*) FILTER (WHERE type = 'settled') AS settled_count,
    count(*) FILTER (WHERE type = 'failed') AS failed_count,
    coalesce(sum(amount_zat) FILTER (WHERE type = 'settled'), 0) AS revenue_zat,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type IN ('settled', 'failed')
GROUP BY 1, 2, 3
