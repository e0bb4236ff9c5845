-- A page of the payers of each slot, those with the most revenue first, each with its first payment ever.
-- after_*: the payer behind which a slot's page begins; its name is NULL for the first page.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], page_slots integer[], page_merchant_ids text[], after_revenues text[], after_counts bigint[], after_payers text[], row_count bigint, raw_from timestamptz, raw_until timestamptz
-- returns: TopPayer
SELECT
    ranked.slot,
    ranked.payer,
    ranked.settled_count,
    ranked.revenue_zat,
    ranked.newest_event_at AS last_settled_at,
    known.first_settled_at
FROM (
    SELECT
        found.slot,
        page.merchant_id,
        found.payer,
        found.settled_count,
        found.revenue_zat,
        found.newest_event_at,
        row_number() OVER (
            PARTITION BY found.slot
            ORDER BY found.revenue_zat DESC, found.settled_count DESC, found.payer COLLATE "C"
        ) AS place
    FROM payers_over($1, $2, $3, $4, $5, $12, $13) AS found
    JOIN unnest($6::integer[], $7::text[], $8::text[], $9::bigint[], $10::text[])
        AS page (slot, merchant_id, after_revenue, after_count, after_payer)
        ON page.slot = found.slot
    WHERE
        page.after_payer IS NULL
        OR (-found.revenue_zat, -found.settled_count, found.payer COLLATE "C")
        > (-page.after_revenue::numeric, -page.after_count, page.after_payer)
) AS ranked
LEFT JOIN LATERAL (
    SELECT min(first_settled_at) AS first_settled_at
    FROM payer_firsts
    WHERE payer_firsts.merchant_id = ranked.merchant_id AND payer_firsts.payer = ranked.payer
) AS known ON true
WHERE ranked.place <= $11
ORDER BY ranked.slot, ranked.place
