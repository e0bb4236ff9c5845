-- The latest settled payments of merchants before an instant, the latest first.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], row_count bigint
-- returns: RecentPayment
SELECT
    asked.slot,
    p.payment_id,
    p.settled_zat AS amount_zat,
    p.fee_zat,
    p.settled_at,
    p.payer,
    p.method,
    p.resource,
    p.country,
    p.state
FROM unnest($1::integer[], $2::text[], $3::timestamptz[]) AS asked (slot, merchant_id, at)
CROSS JOIN LATERAL (
    SELECT *
    FROM payments
    WHERE payments.merchant_id = asked.merchant_id AND payments.settled_at < asked.at
    ORDER BY payments.settled_at DESC, payments.payment_id
    LIMIT $4
) AS p
ORDER BY asked.slot, p.settled_at DESC, p.payment_id
