-- Make an alert; gives no row where the merchant is unknown or has as many as it may have.
-- params: merchant_id text, alert_id text, name text, metric text, comparison text, threshold text, window_minutes integer, minimum_count bigint, dimension text, dimension_values text[], url text, secret bytea, enabled boolean, most bigint
-- returns: Alert
INSERT INTO alerts (
    merchant_id, alert_id, name, metric, comparison, threshold, window_minutes, minimum_count, dimension,
    dimension_values, url, secret, enabled
)
SELECT m.merchant_id, $2::text, $3::text, $4::text, $5::text, $6::text, $7, $8::bigint, $9, $10::text[], $11::text, $12, $13
FROM merchants AS m
WHERE m.merchant_id = $1 AND (SELECT count(*) FROM alerts AS a WHERE a.merchant_id = $1) < $14
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
