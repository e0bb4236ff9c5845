-- The resources of all merchants with the most revenue in each slot; '' where payments told none.
-- params: slots integer[], levels text[], los timestamptz[], his timestamptz[], row_count bigint
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
            ORDER BY revenue_zat DESC, settled_count DESC, merchant_id, resource
        ) AS place
    FROM resource_sales_of_all($1, $2, $3, $4)
) AS ranked
WHERE place <= $5
ORDER BY slot, place
