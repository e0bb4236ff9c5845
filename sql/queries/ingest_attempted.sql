-- When deliveries were first attempted that were just merged: answers by delivery are kept by that time, day by day.
-- Where an event of this very batch was the first, an earlier answer may have it at any time up to the last attempt.
-- What a merge gave takes the place of deliveries; what came in is in incoming_webhook_deliveries.
SELECT
    merchant_id,
    NULL::text AS event_id,
    min(first_attempt_at) AS lo,
    max(
        CASE
            WHEN
                (merchant_id, delivery_id, first_attempt_at) IN (
                    SELECT
                        incoming.merchant_id,
                        incoming.delivery_id,
                        incoming.occurred_at
                    FROM incoming_webhook_deliveries AS incoming
                )
                THEN last_attempt_at
            ELSE first_attempt_at
        END
    ) AS hi
FROM deliveries AS merged
WHERE first_attempt_at IS NOT NULL
GROUP BY merchant_id, date_trunc('day', first_attempt_at)
