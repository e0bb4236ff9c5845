-- Failed attempts by reason and by which try it was.
-- source: payment_events
-- levels: hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    coalesce(failure_code, 'OTHER') AS failure_code,
    attempt,
    count(*) AS failed_count,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type = 'failed'
GROUP BY 1, 2, 3, 4
