-- Write an alert anew, if it is still as it was read. Where what it watches changed, its state is unknown again.
-- params: merchant_id text, alert_id text, revision integer, name text, metric text, comparison text, threshold text, window_minutes integer, minimum_count bigint, dimension text, dimension_values text[], url text, secret bytea, enabled boolean, watches_anew boolean
-- returns: Alert
UPDATE alerts SET
    revision = revision + 1,
    name = $4,
    metric = $5,
    comparison = $6,
    threshold = $7,
    window_minutes = $8,
    minimum_count = $9,
    dimension = $10,
    dimension_values = $11,
    url = $12,
    secret = coalesce($13, secret),
    enabled = $14,
    state = CASE WHEN $15 THEN 'unknown' ELSE state END,
    state_since = CASE WHEN $15 THEN NULL ELSE state_since END,
    last_value = CASE WHEN $15 THEN NULL ELSE last_value END,
    evaluated_until = CASE WHEN $15 THEN NULL ELSE evaluated_until END,
    updated_at = now()
WHERE merchant_id = $1 AND alert_id = $2 AND revision = $3
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
