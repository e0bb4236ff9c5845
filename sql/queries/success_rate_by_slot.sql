-- Decided attempts of each slot, and what first attempts came to.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[]
-- returns: Decisions
SELECT
    slot,
    settled_count,
    failed_count,
    expired_count,
    first_try_decided_count,
    first_try_settled_count
FROM success_rate_over($1, $2, $3, $4, $5)
