-- When time alone next changes a merchant's figures, if that is soon.
-- It is the first decision that a growing window takes in, or the first open payment whose patience ends, behind `lo`
-- and within `ahead`; null where there is none.
-- params: slots integer[], merchant_ids text[], open boolean[], los timestamptz[], ahead interval
-- returns: FirstTurn
SELECT
    asked.slot,
    turn.first_at
FROM unnest($1::integer[], $2::text[], $3::boolean[], $4::timestamptz[]) AS asked (slot, merchant_id, open, lo)
LEFT JOIN LATERAL (
    (
        SELECT e.occurred_at AS first_at
        FROM payment_events AS e
        WHERE
            NOT asked.open
            AND e.merchant_id = asked.merchant_id
            AND e.occurred_at >= asked.lo
            AND e.occurred_at < asked.lo + $5
            AND e.type IN ('settled', 'failed', 'expired')
            AND NOT e.voided
        ORDER BY e.occurred_at
        LIMIT 1
    )
    UNION ALL
    (
        SELECT p.first_event_at
        FROM payments AS p
        WHERE
            asked.open
            AND p.merchant_id = asked.merchant_id
            AND p.state IN ('created', 'retried', 'verifying', 'verified')
            AND p.first_event_at > asked.lo
            AND p.first_event_at <= asked.lo + $5
        ORDER BY p.first_event_at
        LIMIT 1
    )
) AS turn ON true
