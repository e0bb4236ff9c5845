-- The merchants of each slot with the most revenue, and how many had a decided attempt.
-- params: slots integer[], levels text[], los timestamptz[], his timestamptz[], row_count bigint, raw_from timestamptz, raw_until timestamptz
-- returns: TopMerchant
SELECT
    ranked.slot,
    ranked.merchant_id,
    merchants.name,
    ranked.settled_count,
    ranked.failed_count,
    ranked.expired_count,
    ranked.revenue_zat,
    ranked.active_count
FROM (
    SELECT
        slot,
        merchant_id,
        settled_count,
        failed_count,
        expired_count,
        revenue_zat,
        count(*) FILTER (WHERE settled_count + failed_count + expired_count > 0) OVER (PARTITION BY slot)
            AS active_count,
        row_number() OVER (
            PARTITION BY slot ORDER BY revenue_zat DESC, settled_count DESC, merchant_id COLLATE "C"
        ) AS place
    FROM revenue_of_all($1, $2, $3, $4, $6, $7)
) AS ranked
LEFT JOIN merchants ON merchants.merchant_id = ranked.merchant_id
WHERE ranked.place <= $5
ORDER BY ranked.slot, ranked.place
