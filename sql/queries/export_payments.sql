-- Payments of a range for people and programs, one row each.
-- They are in order of their place in time: when they settled, else when they were first decided, else when they began.
-- `starts` and `offsets` tell the zone; see local_time.
-- params: merchant_id text, lo timestamptz, hi timestamptz, states text[], starts timestamptz[], offsets interval[]
SELECT
    p.payment_id,
    p.state,
    local_time(p.settled_at, $5::timestamptz[], $6::interval[]) AS settled_at,
    p.settled_at AS settled_at_utc,
    local_time(p.first_decided_at, $5::timestamptz[], $6::interval[]) AS decided_at,
    p.first_decided_at AS decided_at_utc,
    local_time(p.first_event_at, $5::timestamptz[], $6::interval[]) AS created_at,
    p.first_event_at AS created_at_utc,
    p.method,
    p.resource,
    p.payer,
    p.country,
    p.amount_zat * 0.00000001 AS amount_zec,
    p.settled_zat * 0.00000001 AS gross_zec,
    p.fee_zat * 0.00000001 AS fee_zec,
    p.refunded_zat * 0.00000001 AS refunded_zec,
    p.fee_returned_zat * 0.00000001 AS fee_returned_zec,
    (p.settled_zat - p.refunded_zat - p.fee_zat + p.fee_returned_zat) * 0.00000001 AS net_zec,
    p.amount_zat AS amount_zatoshi,
    p.settled_zat AS gross_zatoshi,
    p.fee_zat AS fee_zatoshi,
    p.refunded_zat AS refunded_zatoshi,
    p.fee_returned_zat AS fee_returned_zatoshi,
    p.settled_zat - p.refunded_zat - p.fee_zat + p.fee_returned_zat AS net_zatoshi,
    p.last_failure_code AS failure_code,
    p.highest_attempt AS attempts,
    (
        SELECT jsonb_object_agg(member.key, member.value ORDER BY e.occurred_at, e.event_id)
        FROM payment_events AS e
        CROSS JOIN LATERAL jsonb_each(e.metadata) AS member
        WHERE
            e.merchant_id = p.merchant_id
            AND e.payment_id = p.payment_id
            AND e.occurred_at BETWEEN p.first_event_at AND p.last_event_at
            AND NOT e.voided
    ) AS metadata
FROM (
    SELECT *
    FROM payments
    WHERE
        merchant_id = $1::text
        AND (
            (settled_at >= $2::timestamptz AND settled_at < $3::timestamptz)
            OR (settled_at IS NULL AND first_decided_at >= $2::timestamptz AND first_decided_at < $3::timestamptz)
            -- The states are those of two partial indexes.
            OR (
                settled_at IS NULL
                AND first_decided_at IS NULL
                AND first_event_at >= $2::timestamptz
                AND first_event_at < $3::timestamptz
                AND state IN ('created', 'retried', 'verifying', 'verified')
            )
            OR (
                settled_at IS NULL
                AND first_decided_at IS NULL
                AND first_event_at >= $2::timestamptz
                AND first_event_at < $3::timestamptz
                AND state = 'refunded'
            )
        )
        AND ($4::text[] IS NULL OR state = ANY ($4::text[]))
    ORDER BY coalesce(settled_at, first_decided_at, first_event_at), payment_id
) AS p
