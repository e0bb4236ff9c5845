-- Payers of each slot who never settled a payment before.
-- params: slots integer[], merchant_ids text[], los timestamptz[], his timestamptz[]
-- returns: NewPayers
SELECT
    asked.slot,
    count(*) AS new_payer_count
FROM unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS asked (slot, merchant_id, lo, hi)
JOIN payer_firsts AS known
    ON known.merchant_id = asked.merchant_id
    AND known.first_settled_at >= asked.lo
    AND known.first_settled_at < asked.hi
    AND NOT EXISTS (
        SELECT
        FROM payer_firsts AS before
        WHERE
            before.merchant_id = known.merchant_id
            AND before.payer = known.payer
            AND before.first_settled_at < known.first_settled_at
    )
GROUP BY asked.slot
