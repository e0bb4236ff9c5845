-- How long each step of each slot took since the step before: the bins of a sketch and what is in them.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: StepSketch
SELECT
    slot,
    step,
    array_agg(bin ORDER BY bin) AS bins,
    array_agg(event_count ORDER BY bin) AS counts,
    sum(latency_sum_ms) AS sum_ms
FROM step_latency_over($1, $2, $3, $4, $5, $6, $7)
GROUP BY slot, step
