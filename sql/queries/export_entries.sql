-- Settlements and refunds of a range as an accountant books them.
-- Each is at its own event's time, with the rate frozen for it, if there is one.
-- params: merchant_id text, lo timestamptz, hi timestamptz, currency text
-- returns: AccountingEvent
SELECT
    e.event_id,
    e.payment_id,
    e.type = 'refunded' AS is_refund,
    e.occurred_at,
    e.amount_zat,
    coalesce(e.fee_zat, 0) AS fee_zat,
    e.resource,
    e.payer,
    r.rate::text AS rate,
    r.source AS rate_source,
    r.rate_at
FROM payment_events AS e
LEFT JOIN event_rates AS r
    ON r.merchant_id = e.merchant_id AND r.currency = $4::text AND r.event_id = e.event_id
WHERE
    e.merchant_id = $1::text
    AND e.occurred_at >= $2::timestamptz
    AND e.occurred_at < $3::timestamptz
    AND e.type IN ('settled', 'refunded')
    AND NOT e.voided
ORDER BY e.occurred_at, e.event_id
