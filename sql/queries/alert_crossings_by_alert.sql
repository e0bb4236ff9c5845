-- The latest crossings of alerts, the latest first.
-- params: slots integer[], merchant_ids text[], alert_ids text[], row_count bigint
-- returns: AlertCrossing
SELECT
    asked.slot,
    found.crossing_id::text AS crossing_id,
    found.number,
    found.kind,
    found.window_start,
    found.window_end,
    found.value,
    found.threshold,
    found.delivery,
    found.attempts,
    found.last_status,
    found.last_error,
    found.delivered_at
FROM unnest($1::integer[], $2::text[], $3::text[]) AS asked (slot, merchant_id, alert_id)
CROSS JOIN LATERAL (
    SELECT
        c.crossing_id,
        c.number,
        c.kind,
        c.window_start,
        c.window_end,
        c.value,
        c.threshold,
        c.delivery,
        c.attempts,
        c.last_status,
        c.last_error,
        c.delivered_at
    FROM alert_crossings AS c
    WHERE c.merchant_id = asked.merchant_id AND c.alert_id = asked.alert_id
    ORDER BY c.number DESC
    LIMIT $4
) AS found
ORDER BY asked.slot, found.number DESC
