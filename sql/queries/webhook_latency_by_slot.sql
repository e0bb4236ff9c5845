-- How long delivered webhook attempts of each slot took, by event type and endpoint: the bins of a sketch.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: WebhookSketch
SELECT
    slot,
    event_type,
    endpoint,
    array_agg(bin ORDER BY bin) AS bins,
    array_agg(event_count ORDER BY bin) AS counts,
    sum(latency_sum_ms) AS sum_ms
FROM webhook_latency_over($1, $2, $3, $4, $5, $6, $7)
GROUP BY slot, event_type, endpoint
