-- Take crossings that are to be told now, for a while: of each alert the earliest that waits, so that none overtakes.
-- params: lease interval, row_count bigint
-- returns: AlertDelivery
UPDATE alert_crossings AS c SET
    attempts = c.attempts + 1,
    next_attempt_at = now() + $1
FROM (
    SELECT w.merchant_id, w.alert_id, w.number
    FROM alert_crossings AS w
    WHERE
        w.delivery = 'waiting'
        AND w.next_attempt_at <= now()
        AND NOT EXISTS (
            SELECT
            FROM alert_crossings AS earlier
            WHERE
                earlier.merchant_id = w.merchant_id
                AND earlier.alert_id = w.alert_id
                AND earlier.number < w.number
                AND earlier.delivery = 'waiting'
        )
    ORDER BY w.next_attempt_at
    LIMIT $2
    FOR UPDATE OF w SKIP LOCKED
) AS due
JOIN alerts AS a ON a.merchant_id = due.merchant_id AND a.alert_id = due.alert_id
WHERE c.merchant_id = due.merchant_id AND c.alert_id = due.alert_id AND c.number = due.number
RETURNING
    c.merchant_id,
    c.alert_id,
    c.number,
    c.crossing_id::text AS crossing_id,
    c.kind,
    c.window_start,
    c.window_end,
    c.value,
    c.threshold,
    c.attempts,
    a.name,
    a.metric,
    a.comparison,
    a.dimension,
    a.dimension_values,
    a.url,
    a.secret
