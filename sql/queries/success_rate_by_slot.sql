-- Decided attempts of each slot, and what first attempts came to.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: Decisions
SELECT
    slot,
    settled_count,
    failed_count,
    expired_count,
    first_try_decided_count,
    first_try_settled_count
FROM success_rate_over($1, $2, $3, $4, $5, $6, $7)
