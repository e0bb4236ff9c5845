-- Single payments; `slot` is the place of each among those asked for.
-- params: merchant_ids text[], payment_ids text[]
-- returns: Payment
SELECT
    (asked.place - 1)::integer AS slot,
    payments.merchant_id,
    payments.payment_id,
    payments.state,
    payments.first_event_at,
    payments.last_event_at,
    payments.first_decided_at,
    payments.settled_at,
    payments.first_failure_code,
    payments.last_failure_code,
    payments.highest_attempt,
    payments.amount_zat,
    payments.settled_zat,
    payments.fee_zat,
    payments.refunded_zat,
    payments.fee_returned_zat,
    payments.payer,
    payments.method,
    payments.resource,
    payments.country
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (merchant_id, payment_id, place)
JOIN payments USING (merchant_id, payment_id)
ORDER BY slot
