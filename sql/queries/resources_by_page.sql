-- A page of the resources of each slot, those with the most revenue first; '' where no event told one.
-- after_*: the resource behind which a slot's page begins; its name is NULL for the first page.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], page_slots integer[], after_revenues text[], after_counts bigint[], after_accesses bigint[], after_resources text[], row_count bigint, raw_from timestamptz, raw_until timestamptz
-- returns: ResourceTotals
SELECT
    ranked.slot,
    ranked.resource,
    ranked.challenged_count,
    ranked.paid_count,
    ranked.settled_count,
    ranked.revenue_zat,
    ranked.resource_count
FROM (
    SELECT
        found.slot,
        found.resource,
        found.challenged_count,
        found.paid_count,
        found.settled_count,
        found.revenue_zat,
        found.resource_count,
        row_number() OVER (
            PARTITION BY found.slot
            ORDER BY
                found.revenue_zat DESC,
                found.settled_count DESC,
                found.challenged_count + found.paid_count DESC,
                found.resource COLLATE "C"
        ) AS place
    FROM (
        SELECT
            slot,
            resource,
            coalesce(traffic.challenged_count, 0) AS challenged_count,
            coalesce(traffic.paid_count, 0) AS paid_count,
            coalesce(sales.settled_count, 0) AS settled_count,
            coalesce(sales.revenue_zat, 0) AS revenue_zat,
            count(*) OVER (PARTITION BY slot) AS resource_count
        FROM resource_sales_over($1, $2, $3, $4, $5, $12, $13) AS sales
        FULL JOIN resource_traffic_over($1, $2, $3, $4, $5, $12, $13) AS traffic USING (slot, resource)
    ) AS found
    JOIN unnest($6::integer[], $7::text[], $8::bigint[], $9::bigint[], $10::text[])
        AS page (slot, after_revenue, after_count, after_accesses, after_resource)
        ON page.slot = found.slot
    WHERE
        page.after_resource IS NULL
        OR (
            -found.revenue_zat,
            -found.settled_count,
            -(found.challenged_count + found.paid_count),
            found.resource COLLATE "C"
        ) > (-page.after_revenue::numeric, -page.after_count, -page.after_accesses, page.after_resource)
) AS ranked
WHERE ranked.place <= $11
ORDER BY ranked.slot, ranked.place
