-- Webhook deliveries first attempted in each slot, by event type and endpoint, as they stand at an instant.
-- One with no attempt since stands as it is; another is judged by its attempts up to then; `kept_from` is not null where these are gone.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], los timestamptz[], his timestamptz[]
-- returns: DeliveryTotals
SELECT
    asked.slot,
    d.event_type,
    d.endpoint,
    count(*) FILTER (WHERE coalesce(told.state, d.state) = 'delivered') AS delivered_count,
    count(*) FILTER (WHERE coalesce(told.state, d.state) = 'failed') AS failed_count,
    count(*) FILTER (WHERE coalesce(told.state, d.state) = 'pending') AS pending_count,
    max(raw_kept_after(d.first_attempt_at)) FILTER (WHERE d.last_attempt_at >= asked.at) AS kept_from
FROM unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
    AS asked (slot, merchant_id, at, lo, hi)
CROSS JOIN LATERAL (
    SELECT
        delivery_id,
        state,
        first_attempt_at,
        last_attempt_at,
        event_type,
        endpoint
    FROM deliveries
    WHERE
        deliveries.merchant_id = asked.merchant_id
        AND deliveries.first_attempt_at >= asked.lo
        AND deliveries.first_attempt_at < asked.hi
    OFFSET 0
) AS d
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN d.last_attempt_at >= asked.at
                THEN delivery_then(asked.merchant_id, d.delivery_id, d.first_attempt_at, asked.at)
        END AS state
    OFFSET 0
) AS told
GROUP BY asked.slot, d.event_type, d.endpoint
