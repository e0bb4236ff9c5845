-- Keep the rates that rates about to be added would take the place of, for each settlement and refund.
-- A rate is kept where a later one than the event is known; up to then a better one may come. What this
-- transaction has added before is not known yet, so that the order of a file's lines says nothing.
-- params: currencies text[], ats timestamptz[], max_age interval
WITH gaps AS (
    SELECT
        given.currency,
        before.rate,
        before.source,
        before.at AS rate_at,
        min(given.at) AS lo,
        least(later.at, before.at + $3::interval) AS hi
    FROM unnest($1::text[], $2::timestamptz[]) AS given (currency, at)
    CROSS JOIN LATERAL (
        SELECT
            rates.rate,
            rates.source,
            rates.at
        FROM rates
        WHERE rates.currency = given.currency AND rates.at < given.at AND rates.imported_at < now()
        ORDER BY rates.at DESC
        LIMIT 1
    ) AS before
    CROSS JOIN LATERAL (
        SELECT rates.at
        FROM rates
        WHERE rates.currency = given.currency AND rates.at >= given.at AND rates.imported_at < now()
        ORDER BY rates.at
        LIMIT 1
    ) AS later
    GROUP BY given.currency, before.rate, before.source, before.at, later.at
    HAVING min(given.at) < least(later.at, before.at + $3::interval)
)

INSERT INTO event_rates (merchant_id, currency, event_id, rate, source, rate_at)
SELECT
    e.merchant_id,
    gaps.currency,
    e.event_id,
    gaps.rate,
    gaps.source,
    gaps.rate_at
FROM gaps
CROSS JOIN merchants AS m
INNER JOIN payment_events AS e
    ON e.merchant_id = m.merchant_id AND e.occurred_at >= gaps.lo AND e.occurred_at < gaps.hi
WHERE e.type IN ('settled', 'refunded') AND NOT e.voided
ORDER BY e.merchant_id, gaps.currency, e.event_id
ON CONFLICT DO NOTHING
