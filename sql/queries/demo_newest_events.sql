-- The newest payment event of each of these merchants, null where there is none: how far the demo's history has come.
-- params: merchant_ids text[]
SELECT
    wanted.merchant_id,
    (
        SELECT max(payment_events.occurred_at)
        FROM payment_events
        WHERE payment_events.merchant_id = wanted.merchant_id
    ) AS newest_at
FROM unnest($1::text[]) AS wanted (merchant_id)
