-- Of events to be taken back, those that are the first payment of their payer.
-- params: merchant_ids text[], event_ids text[], occurred_ats timestamptz[]
SELECT
    event.merchant_id,
    event.payer,
    event.occurred_at
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS named (merchant_id, event_id, occurred_at)
CROSS JOIN LATERAL (
    SELECT
        merchant_id,
        payer,
        occurred_at
    FROM payment_events
    WHERE
        payment_events.merchant_id = named.merchant_id
        AND payment_events.occurred_at = named.occurred_at
        AND payment_events.event_id = named.event_id
        AND payment_events.type = 'settled'
) AS event
JOIN payer_firsts AS known
    ON known.merchant_id = event.merchant_id
    AND known.payer = event.payer
    AND known.first_settled_at = event.occurred_at
ORDER BY event.merchant_id, event.payer
