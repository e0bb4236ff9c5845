-- The resources of all merchants with the most revenue in each slot; '' where payments told none.
-- params: slots integer[], levels text[], los timestamptz[], his timestamptz[], row_count bigint, raw_from timestamptz, raw_until timestamptz
-- returns: TopResource
SELECT
    slot,
    merchant_id,
    resource,
    settled_count,
    revenue_zat
FROM (
    SELECT
        slot,
        merchant_id,
        resource,
        settled_count,
        revenue_zat,
        row_number() OVER (
            PARTITION BY slot
            ORDER BY revenue_zat DESC, settled_count DESC, merchant_id COLLATE "C", resource COLLATE "C"
        ) AS place
    FROM resource_sales_of_all($1, $2, $3, $4, $6, $7)
) AS ranked
WHERE place <= $5
ORDER BY slot, place
