-- Failed attempts of each slot by reason.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: FailureCount
SELECT
    slot,
    failure_code,
    sum(failed_count)::bigint AS failed_count
FROM failures_over($1, $2, $3, $4, $5, $6, $7)
GROUP BY slot, failure_code
