-- How long each step of each slot took since the payment was created: the bins of a sketch and what is in them.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[]
-- returns: StepSketch
SELECT
    slot,
    step,
    array_agg(bin ORDER BY bin) AS bins,
    array_agg(event_count ORDER BY bin) AS counts,
    sum(latency_sum_ms) AS sum_ms
FROM latency_over($1, $2, $3, $4, $5)
GROUP BY slot, step
