-- One alert, to be changed.
-- params: merchant_id text, alert_id text
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
WHERE merchant_id = $1 AND alert_id = $2
