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
LEFT JOIN LATERAL (
    SELECT
        coalesce(sum(e.amount_zat) FILTER (WHERE e.type = 'settled'), 0) AS settled_zat,
        coalesce(sum(e.fee_zat) FILTER (WHERE e.type = 'settled'), 0) AS fee_zat,
        substring(max(state_key(e.type, e.attempt, e.occurred_at, e.event_id)) FROM '[^|]*$') AS state
    FROM payment_events AS e
    WHERE
        e.merchant_id = asked.merchant_id
        AND e.payment_id = p.payment_id
        AND e.occurred_at >= p.first_event_at
        AND e.occurred_at < asked.at
        AND e.type <> 'corrected'
        AND NOT e.voided
        AND p.last_event_at >= asked.at
    HAVING p.last_event_at >= asked.at
) AS stood ON true
ORDER BY asked.slot, p.settled_at DESC, p.payment_id
