-- Merge what was copied into the state of its deliveries, one row per delivery, in key order.
-- Each column is a minimum or a maximum, so the order of arrival does not matter.
INSERT INTO deliveries AS known (
    merchant_id,
    delivery_id,
    state_key,
    first_attempt_at,
    last_attempt_at,
    highest_attempt,
    event_type,
    endpoint
)
SELECT
    merchant_id,
    delivery_id,
    max(delivery_key(outcome, attempt, occurred_at, event_id)),
    min(occurred_at),
    max(occurred_at),
    max(attempt),
    max(event_type),
    max(endpoint)
FROM incoming_webhook_deliveries
GROUP BY merchant_id, delivery_id
ORDER BY merchant_id, delivery_id
ON CONFLICT (merchant_id, delivery_id) DO UPDATE SET
    state_key = greatest(known.state_key, EXCLUDED.state_key),
    first_attempt_at = least(known.first_attempt_at, EXCLUDED.first_attempt_at),
    last_attempt_at = greatest(known.last_attempt_at, EXCLUDED.last_attempt_at),
    highest_attempt = greatest(known.highest_attempt, EXCLUDED.highest_attempt),
    event_type = greatest(known.event_type, EXCLUDED.event_type),
    endpoint = greatest(known.endpoint, EXCLUDED.endpoint)
RETURNING known.merchant_id, known.delivery_id, known.first_attempt_at, known.last_attempt_at
