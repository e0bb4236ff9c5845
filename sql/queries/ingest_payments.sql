-- Merge what was copied into the state of its payments, one row per payment, in key order.
-- Each column is a minimum, a maximum or a sum, so the order of arrival does not matter.
INSERT INTO payments AS known (
    merchant_id,
    payment_id,
    state_key,
    first_event_at,
    last_event_at,
    first_decided_at,
    settled_at,
    first_failure_key,
    last_failure_key,
    highest_attempt,
    amount_zat,
    settled_zat,
    fee_zat,
    refunded_zat,
    fee_returned_zat,
    settled_count,
    refunded_count,
    payer,
    method,
    resource,
    country
)
SELECT
    merchant_id,
    payment_id,
    max(state_key(type, attempt, occurred_at, event_id)),
    min(occurred_at),
    max(occurred_at),
    min(occurred_at) FILTER (WHERE type IN ('settled', 'failed', 'expired')),
    min(occurred_at) FILTER (WHERE type = 'settled'),
    min(failure_key(failure_code, occurred_at, event_id)) FILTER (WHERE type = 'failed'),
    max(failure_key(failure_code, occurred_at, event_id)) FILTER (WHERE type = 'failed'),
    max(attempt),
    max(amount_zat) FILTER (WHERE type <> 'refunded'),
    coalesce(sum(amount_zat) FILTER (WHERE type = 'settled'), 0),
    coalesce(sum(fee_zat) FILTER (WHERE type = 'settled'), 0),
    coalesce(sum(amount_zat) FILTER (WHERE type = 'refunded'), 0),
    coalesce(sum(fee_zat) FILTER (WHERE type = 'refunded'), 0),
    count(*) FILTER (WHERE type = 'settled'),
    count(*) FILTER (WHERE type = 'refunded'),
    max(payer),
    max(method),
    max(resource),
    max(country)
FROM incoming_payment_events
WHERE NOT voided AND type <> 'corrected'
GROUP BY merchant_id, payment_id
ORDER BY merchant_id, payment_id
ON CONFLICT (merchant_id, payment_id) DO UPDATE SET
    state_key = greatest(known.state_key, EXCLUDED.state_key),
    first_event_at = least(known.first_event_at, EXCLUDED.first_event_at),
    last_event_at = greatest(known.last_event_at, EXCLUDED.last_event_at),
    first_decided_at = least(known.first_decided_at, EXCLUDED.first_decided_at),
    settled_at = least(known.settled_at, EXCLUDED.settled_at),
    first_failure_key = least(known.first_failure_key, EXCLUDED.first_failure_key),
    last_failure_key = greatest(known.last_failure_key, EXCLUDED.last_failure_key),
    highest_attempt = greatest(known.highest_attempt, EXCLUDED.highest_attempt),
    amount_zat = greatest(known.amount_zat, EXCLUDED.amount_zat),
    settled_zat = known.settled_zat + EXCLUDED.settled_zat,
    fee_zat = known.fee_zat + EXCLUDED.fee_zat,
    refunded_zat = known.refunded_zat + EXCLUDED.refunded_zat,
    fee_returned_zat = known.fee_returned_zat + EXCLUDED.fee_returned_zat,
    settled_count = known.settled_count + EXCLUDED.settled_count,
    refunded_count = known.refunded_count + EXCLUDED.refunded_count,
    payer = greatest(known.payer, EXCLUDED.payer),
    method = greatest(known.method, EXCLUDED.method),
    resource = greatest(known.resource, EXCLUDED.resource),
    country = greatest(known.country, EXCLUDED.country)
RETURNING known.merchant_id, known.payment_id, known.first_decided_at, known.last_event_at
