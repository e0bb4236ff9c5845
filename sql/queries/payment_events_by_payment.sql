-- The events of payments, each payment's in order, those that were taken back among them.
-- params: merchant_ids text[], payment_ids text[], row_count bigint
-- returns: PaymentEvent
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
    event.voided
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (merchant_id, payment_id, place)
CROSS JOIN LATERAL events_of_payment(asked.merchant_id, asked.payment_id, $3) AS event
ORDER BY slot, event.occurred_at, event.event_id
