-- Steps, money and extremes per merchant: the counts behind every revenue and transaction number.
-- source: payment_events
-- levels: 15m hour day week month
-- merge: min amount_min_zat; max amount_max_zat newest_event_at
-- often: settled_count failed_count expired_count revenue_zat
SELECT
    time_bucket('15 minutes', occurred_at) AS bucket,
    merchant_id,
    count(*) FILTER (WHERE type = 'created') AS created_count,
    count(*) FILTER (WHERE type = 'verifying') AS verifying_count,
    count(*) FILTER (WHERE type = 'verified') AS verified_count,
    count(*) FILTER (WHERE type = 'settled') AS settled_count,
    count(*) FILTER (WHERE type = 'failed') AS failed_count,
    count(*) FILTER (WHERE type = 'expired') AS expired_count,
    count(*) FILTER (WHERE type = 'retried') AS retried_count,
    count(*) FILTER (WHERE type = 'refunded') AS refunded_count,
    coalesce(sum(amount_zat) FILTER (WHERE type = 'settled'), 0) AS revenue_zat,
    coalesce(sum(fee_zat) FILTER (WHERE type = 'settled'), 0) AS fee_zat,
    coalesce(sum(amount_zat) FILTER (WHERE type = 'refunded'), 0) AS refund_zat,
    coalesce(sum(fee_zat) FILTER (WHERE type = 'refunded'), 0) AS fee_returned_zat,
    min(amount_zat) FILTER (WHERE type = 'settled') AS amount_min_zat,
    max(amount_zat) FILTER (WHERE type = 'settled') AS amount_max_zat,
    max(occurred_at) AS newest_event_at
FROM payment_events
WHERE NOT voided AND type <> 'corrected'
GROUP BY 1, 2
