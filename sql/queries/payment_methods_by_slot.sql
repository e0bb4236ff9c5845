-- Decided attempts and revenue of each slot by method; 'unknown' where no event told one.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: MethodTotals
SELECT
    slot,
    method,
    settled_count,
    failed_count,
    expired_count,
    revenue_zat
FROM payment_methods_over($1, $2, $3, $4, $5, $6, $7)
