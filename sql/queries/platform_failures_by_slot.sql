-- Failed attempts of each slot by reason over all merchants (their id is '').
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: FailureCount
SELECT
    slot,
    failure_code,
    failed_count
FROM platform_failures_over($1, $2, $3, $4, $5, $6, $7)
