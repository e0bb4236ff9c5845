-- What endpoints took and refused in each slot, and when they last did either.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: EndpointHealth
SELECT
    slot,
    endpoint,
    delivered_count,
    failed_count,
    last_delivered_at,
    last_failed_at
FROM webhook_endpoints_over($1, $2, $3, $4, $5, $6, $7)
