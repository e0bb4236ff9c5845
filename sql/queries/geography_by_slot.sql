-- Settled and failed attempts and revenue of each slot by country; 'ZZ' where none was told.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: CountryTotals
SELECT
    slot,
    country,
    settled_count,
    failed_count,
    revenue_zat
FROM geography_over($1, $2, $3, $4, $5, $6, $7)
