-- Drop the state of payments, to be merged anew; give the time that their events span.
-- params: merchant_ids text[], payment_ids text[]
WITH locked AS (
    SELECT
        merchant_id,
        payment_id
    FROM payments
    JOIN unnest($1::text[], $2::text[]) AS named (merchant_id, payment_id) USING (merchant_id, payment_id)
    ORDER BY merchant_id, payment_id
    FOR UPDATE OF payments
),

dropped AS (
    DELETE FROM payments
    USING locked
    WHERE payments.merchant_id = locked.merchant_id AND payments.payment_id = locked.payment_id
    RETURNING payments.first_event_at, payments.last_event_at
)

SELECT
    min(first_event_at) AS lo,
    max(last_event_at) AS hi
FROM dropped
