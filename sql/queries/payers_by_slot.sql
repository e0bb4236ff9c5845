-- Distinct identified payers of the settled payments of each slot, how many payments they made and what they paid.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: PayerTotals
SELECT
    slot,
    count(*) AS unique_payer_count,
    sum(settled_count)::bigint AS identified_count,
    sum(revenue_zat) AS identified_zat
FROM payers_over($1, $2, $3, $4, $5, $6, $7)
GROUP BY slot
