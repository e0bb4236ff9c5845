-- A page of what is watched: the alerts of active merchants, in order of their keys.
-- params: merchant_id text, alert_id text, page_size bigint
-- returns: Alert
SELECT
    a.merchant_id,
    a.alert_id,
    a.revision,
    a.name,
    a.metric,
    a.comparison,
    a.threshold,
    a.window_minutes,
    a.minimum_count,
    a.dimension,
    a.dimension_values,
    a.url,
    a.enabled,
    a.state,
    a.state_since,
    a.last_value,
    a.evaluated_until,
    a.created_at
FROM alerts AS a
JOIN merchants AS m ON m.merchant_id = a.merchant_id
WHERE a.enabled AND m.state = 'active' AND (a.merchant_id, a.alert_id) > ($1, $2)
ORDER BY a.merchant_id, a.alert_id
LIMIT $3
