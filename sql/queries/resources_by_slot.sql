-- Sales and traffic of each slot by paid resource, those with the most revenue; '' where no event told one.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], row_count bigint, raw_from timestamptz, raw_until timestamptz
-- returns: ResourceTotals
SELECT
    slot,
    resource,
    challenged_count,
    paid_count,
    settled_count,
    revenue_zat,
    resource_count
FROM (
    SELECT
        slot,
        resource,
        coalesce(traffic.challenged_count, 0) AS challenged_count,
        coalesce(traffic.paid_count, 0) AS paid_count,
        coalesce(sales.settled_count, 0) AS settled_count,
        coalesce(sales.revenue_zat, 0) AS revenue_zat,
        count(*) OVER (PARTITION BY slot) AS resource_count,
        row_number() OVER (
            PARTITION BY slot
            ORDER BY
                coalesce(sales.revenue_zat, 0) DESC,
                coalesce(sales.settled_count, 0) DESC,
                coalesce(traffic.challenged_count, 0) + coalesce(traffic.paid_count, 0) DESC,
                resource COLLATE "C"
        ) AS place
    FROM resource_sales_over($1, $2, $3, $4, $5, $7, $8) AS sales
    FULL JOIN resource_traffic_over($1, $2, $3, $4, $5, $7, $8) AS traffic USING (slot, resource)
) AS ranked
WHERE place <= $6
ORDER BY slot, place
