-- Calls to the facilitator's API of each slot by endpoint over all merchants and none (their id is ''), and how long they took: the bins of a sketch.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: EndpointTotals
SELECT
    slot,
    endpoint,
    sum(request_count)::bigint AS request_count,
    sum(error_count)::bigint AS error_count,
    sum(server_error_count)::bigint AS server_error_count,
    array_agg(bin ORDER BY bin) AS bins,
    array_agg(request_count ORDER BY bin) AS counts,
    sum(latency_sum_ms) AS sum_ms
FROM platform_api_latency_over($1, $2, $3, $4, $5, $6, $7)
WHERE platform_calls_kept($4)
GROUP BY slot, endpoint
