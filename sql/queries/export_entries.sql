-- Settlements and refunds of a range as an accountant books them.
-- Each is at its own event's time, with the rate that was kept for it, else the latest one told, if it is not older
-- than `max_age`.
-- params: merchant_id text, lo timestamptz, hi timestamptz, currency text, max_age interval
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
    coalesce(kept.rate, told.rate)::text AS rate,
    coalesce(kept.source, told.source) AS rate_source,
    coalesce(kept.rate_at, told.at) AS rate_at
FROM payment_events AS e
LEFT JOIN event_rates AS kept
    ON kept.merchant_id = e.merchant_id AND kept.currency = $4::text AND kept.event_id = e.event_id
LEFT JOIN LATERAL (
    SELECT
        rates.rate,
        rates.source,
        rates.at
    FROM rates
    WHERE
        kept.event_id IS NULL
        AND rates.currency = $4::text
        AND rates.at <= e.occurred_at
        AND rates.at > e.occurred_at - $5::interval
    ORDER BY rates.at DESC
    LIMIT 1
) AS told ON true
WHERE
    e.merchant_id = $1::text
    AND e.occurred_at >= $2::timestamptz
    AND e.occurred_at < $3::timestamptz
    AND e.type IN ('settled', 'refunded')
    AND NOT e.voided
ORDER BY e.occurred_at, e.event_id
