-- The payment events that corrections name: what each is, and which payment it belongs to.
-- params: merchant_ids text[], event_ids text[], occurred_ats timestamptz[]
SELECT
    event.merchant_id,
    event.event_id,
    event.occurred_at,
    event.type,
    event.payment_id
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS named (merchant_id, event_id, occurred_at)
CROSS JOIN LATERAL (
    SELECT
        merchant_id,
        event_id,
        occurred_at,
        type,
        payment_id
    FROM payment_events
    WHERE
        payment_events.merchant_id = named.merchant_id
        AND payment_events.occurred_at = named.occurred_at
        AND payment_events.event_id = named.event_id
) AS event
