-- The latest settled payments of merchants before an instant, the latest first, as they stood then.
-- One that nothing happened to since is taken as it stands; another is added up from its events; `kept_from` is not null where these are gone.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], row_count bigint
-- returns: RecentPayment
SELECT
    asked.slot,
    p.payment_id,
    coalesce(stood.settled_zat, p.settled_zat) AS amount_zat,
    coalesce(stood.fee_zat, p.fee_zat) AS fee_zat,
    p.settled_at,
    p.payer,
    p.method,
    p.resource,
    p.country,
    coalesce(stood.state, p.state) AS state,
    CASE WHEN p.last_event_at >= asked.at THEN raw_kept_after(p.first_event_at) END AS kept_from
FROM unnest($1::integer[], $2::text[], $3::timestamptz[]) AS asked (slot, merchant_id, at)
CROSS JOIN LATERAL (
    SELECT *
    FROM payments
    WHERE payments.merchant_id = asked.merchant_id AND payments.settled_at < asked.at
    ORDER BY payments.settled_at DESC, payments.payment_id
    LIMIT $4
) AS p
LEFT JOIN LATERAL payment_then(
    asked.merchant_id,
    p.payment_id,
    p.first_event_at,
    CASE WHEN p.last_event_at >= asked.at THEN asked.at END  -- asks nothing where it is null
) AS stood ON true
ORDER BY asked.slot, p.settled_at DESC, p.payment_id
