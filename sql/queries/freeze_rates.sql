-- Keep the rate that held when each settlement and refund of a range happened, where none is kept yet.
-- It is the latest one told, if it is not older than `max_age`.
-- params: merchant_id text, lo timestamptz, hi timestamptz, currency text, max_age interval
INSERT INTO event_rates (merchant_id, currency, event_id, rate, source, rate_at)
SELECT
    e.merchant_id,
    $4::text,
    e.event_id,
    r.rate,
    r.source,
    r.at
FROM payment_events AS e
CROSS JOIN LATERAL (
    SELECT
        rates.rate,
        rates.source,
        rates.at
    FROM rates
    WHERE
        rates.currency = $4::text
        AND rates.at <= e.occurred_at
        AND rates.at > e.occurred_at - $5::interval
    ORDER BY rates.at DESC
    LIMIT 1
) AS r
WHERE
    e.merchant_id = $1::text
    AND e.occurred_at >= $2::timestamptz
    AND e.occurred_at < $3::timestamptz
    AND e.type IN ('settled', 'refunded')
    AND NOT e.voided
    AND NOT EXISTS (
        SELECT FROM event_rates AS known
        WHERE known.merchant_id = e.merchant_id AND known.currency = $4::text AND known.event_id = e.event_id
    )
ORDER BY e.event_id
ON CONFLICT DO NOTHING
