-- Say again when payers first settled a payment, whose first one was taken back; one that settled no other has no row.
-- params: merchant_ids text[], payers text[], occurred_ats timestamptz[]
WITH anew AS (
    SELECT
        named.merchant_id,
        named.payer,
        named.occurred_at,
        (
            SELECT min(event.occurred_at)
            FROM payment_events AS event
            WHERE
                event.merchant_id = named.merchant_id
                AND event.payer = named.payer
                AND event.occurred_at >= named.occurred_at
                AND event.type = 'settled'
                AND NOT event.voided
        ) AS first_settled_at
    FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS named (merchant_id, payer, occurred_at)
),

gone AS (
    DELETE FROM payer_firsts
    USING anew
    WHERE
        payer_firsts.merchant_id = anew.merchant_id
        AND payer_firsts.payer = anew.payer
        AND payer_firsts.first_settled_at = anew.occurred_at
        AND payer_firsts.first_settled_at IS DISTINCT FROM anew.first_settled_at
)

INSERT INTO payer_firsts (merchant_id, payer, first_settled_at)
SELECT
    merchant_id,
    payer,
    first_settled_at
FROM anew
WHERE first_settled_at IS NOT NULL
ON CONFLICT DO NOTHING
