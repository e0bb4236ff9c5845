-- Decided attempts and revenue of each slot by paid resource, those with the most attempts, and in one row the rest.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], row_count bigint, raw_from timestamptz, raw_until timestamptz
-- returns: ResourceDecisions
SELECT
    slot,
    CASE WHEN place <= $6 THEN resource END AS resource,
    count(*) AS resource_count,
    sum(settled_count)::bigint AS settled_count,
    sum(failed_count)::bigint AS failed_count,
    sum(expired_count)::bigint AS expired_count,
    sum(revenue_zat) AS revenue_zat
FROM (
    SELECT
        slot,
        resource,
        coalesce(sales.settled_count, 0) AS settled_count,
        coalesce(failures.failed_count, 0) AS failed_count,
        coalesce(failures.expired_count, 0) AS expired_count,
        coalesce(sales.revenue_zat, 0) AS revenue_zat,
        row_number() OVER (
            PARTITION BY slot
            ORDER BY
                coalesce(sales.settled_count, 0)
                + coalesce(failures.failed_count, 0)
                + coalesce(failures.expired_count, 0) DESC,
                resource COLLATE "C"
        ) AS place
    FROM resource_sales_over($1, $2, $3, $4, $5, $7, $8) AS sales
    FULL JOIN resource_failures_over($1, $2, $3, $4, $5, $7, $8) AS failures USING (slot, resource)
) AS ranked
GROUP BY slot, least(place, $6 + 1), CASE WHEN place <= $6 THEN resource END
ORDER BY slot, least(place, $6 + 1)
