-- The alerts of merchants, the oldest first.
-- params: merchant_ids text[]
-- returns: Alert
SELECT
    merchant_id,
    alert_id,
    revision,
    name,
    metric,
    comparison,
    threshold,
    window_minutes,
    minimum_count,
    dimension,
    dimension_values,
    url,
    enabled,
    state,
    state_since,
    last_value,
    evaluated_until,
    created_at
FROM alerts
WHERE merchant_id = ANY($1)
ORDER BY merchant_id, created_at, alert_id
