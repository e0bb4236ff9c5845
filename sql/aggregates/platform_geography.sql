-- Settled and failed attempts and revenue by country over all merchants together, kept under no merchant.
-- source: payment_events
-- levels: hour day month
-- merge: max newest_event_at
-- of: all merchants
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    left(merchant_id, 0) AS merchant_id,
    coalesce(country, 'ZZ') AS country,
    count(*) FILTER (WHERE type = 'settled') AS settled_count,
    count(*) FILTER (WHERE type = 'failed') AS failed_count,
    coalesce(sum(amount_zat) FILTER (WHERE type = 'settled'), 0) AS revenue_zat,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type IN ('settled', 'failed')
GROUP BY 1, 2, 3
