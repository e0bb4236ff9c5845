-- Delete an alert and what it told; what was not delivered yet is not.
-- params: merchant_id text, alert_id text
-- returns: Alert
DELETE FROM alerts
WHERE merchant_id = $1 AND alert_id = $2
RETURNING
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
