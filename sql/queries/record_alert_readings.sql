-- Write down what was read of alerts, and a crossing where that changes a state.
-- A reading that is not newer than the last, or of what is watched no more, does nothing; where too little happened
-- (breached is null) the state stays.
-- params: merchant_ids text[], alert_ids text[], revisions integer[], breached boolean[], told text[], until timestamptz
-- returns: CrossingCount
WITH readings AS (
    SELECT
        a.merchant_id,
        a.alert_id,
        a.state AS old_state,
        CASE WHEN r.breached IS NULL THEN a.state WHEN r.breached THEN 'firing' ELSE 'ok' END AS new_state,
        CASE WHEN r.breached IS NULL THEN a.last_value ELSE r.value END AS value
    FROM unnest($1::text[], $2::text[], $3::integer[], $4::boolean[], $5::text[])
        AS r (merchant_id, alert_id, revision, breached, value)
    JOIN alerts AS a ON a.merchant_id = r.merchant_id AND a.alert_id = r.alert_id AND a.revision = r.revision
    WHERE a.evaluated_until IS NULL OR a.evaluated_until < $6
    ORDER BY a.merchant_id, a.alert_id
    FOR UPDATE OF a
),
written AS (
    UPDATE alerts AS a SET
        state = r.new_state,
        state_since = CASE WHEN r.new_state = r.old_state THEN a.state_since ELSE $6 END,
        last_value = r.value,
        evaluated_until = $6,
        crossing_count = a.crossing_count
            + (r.new_state <> r.old_state AND 'firing' IN (r.new_state, r.old_state))::integer
    FROM readings AS r
    WHERE a.merchant_id = r.merchant_id AND a.alert_id = r.alert_id
    RETURNING
        a.merchant_id, a.alert_id, a.crossing_count, a.window_minutes, a.threshold, a.url, r.old_state, r.new_state, r.value
),
crossed AS (
    INSERT INTO alert_crossings (
        merchant_id, alert_id, number, kind, window_start, window_end, value, threshold, delivery, next_attempt_at
    )
    SELECT
        merchant_id,
        alert_id,
        crossing_count,
        CASE new_state WHEN 'firing' THEN 'fired' ELSE 'recovered' END,
        $6 - make_interval(mins => window_minutes),
        $6,
        value,
        threshold,
        CASE WHEN url IS NULL THEN 'none' ELSE 'waiting' END,
        CASE WHEN url IS NOT NULL THEN now() END
    FROM written
    WHERE new_state <> old_state AND 'firing' IN (new_state, old_state)
    RETURNING number
)
SELECT count(*) AS crossing_count
FROM crossed
