-- Settled payments and revenue of each identified payer; a shielded payer has no row.
-- source: payment_events
-- levels: day
-- merge: min first_settled_at; max newest_event_at
SELECT
    time_bucket('1 day', occurred_at) AS bucket,
    merchant_id,
    payer,
    count(*) AS settled_count,
    coalesce(sum(amount_zat), 0) AS revenue_zat,
    min(occurred_at) AS first_settled_at,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type = 'settled' AND payer IS NOT NULL
GROUP BY 1, 2, 3
