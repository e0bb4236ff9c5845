-- Failed attempts by reason over all merchants together, kept under no merchant.
-- source: payment_events
-- levels: hour day month
-- merge: max newest_event_at
-- of: all merchants
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    left(merchant_id, 0) AS merchant_id,
    coalesce(failure_code, 'OTHER') AS failure_code,
    count(*) AS failed_count,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type = 'failed'
GROUP BY 1, 2, 3
