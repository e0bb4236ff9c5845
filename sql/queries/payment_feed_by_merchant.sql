-- The newest events of merchants' payments, the newest first, those that count alone; behind a place, where one is told.
-- params: merchant_ids text[], after_ats timestamptz[], after_ids text[], row_counts integer[]
-- returns: FeedEvent
SELECT
    (asked.place - 1)::integer AS slot,
    event.event_id,
    event.occurred_at,
    event.type,
    event.amount_zat,
    event.fee_zat,
    event.failure_code,
    event.failure_reason,
    event.attempt,
    event.latency_ms,
    event.step_latency_ms,
    event.country,
    event.metadata,
    event.corrects,
    event.voided,
    event.payment_id
FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::integer[])
    WITH ORDINALITY AS asked (merchant_id, after_at, after_id, row_count, place)
CROSS JOIN LATERAL (
    SELECT *
    FROM payment_events AS e
    WHERE
        e.merchant_id = asked.merchant_id
        AND e.occurred_at >= asked.after_at
        AND (e.occurred_at > asked.after_at OR e.event_id > asked.after_id)
        AND e.type <> 'corrected'
        AND NOT e.voided
    ORDER BY e.occurred_at DESC, e.event_id DESC
    LIMIT asked.row_count
) AS event
ORDER BY slot, event.occurred_at DESC, event.event_id DESC
