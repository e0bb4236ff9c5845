-- When payments were first decided that were just merged: answers by payment are kept by that time, day by day.
-- Where an event of this very batch decided it, an earlier answer may have it at any time up to the last event.
-- What a merge gave takes the place of payments; what came in is in incoming_payment_events.
SELECT
    merchant_id,
    NULL::text AS event_id,
    min(first_decided_at) AS lo,
    max(
        CASE
            WHEN
                (merchant_id, payment_id, first_decided_at) IN (
                    SELECT
                        incoming.merchant_id,
                        incoming.payment_id,
                        incoming.occurred_at
                    FROM incoming_payment_events AS incoming
                )
                THEN last_event_at
            ELSE first_decided_at
        END
    ) AS hi
FROM payments AS merged
WHERE first_decided_at IS NOT NULL
GROUP BY merchant_id, date_trunc('day', first_decided_at)
