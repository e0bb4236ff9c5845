-- Remember when payers first settled a payment; for a payer that did before, a look is all.
INSERT INTO payer_firsts AS known (merchant_id, payer, first_settled_at)
SELECT
    merchant_id,
    payer,
    first_settled_at
FROM (
    SELECT
        merchant_id,
        payer,
        min(occurred_at) AS first_settled_at
    FROM incoming_payment_events
    WHERE NOT voided AND type = 'settled' AND payer IS NOT NULL
    GROUP BY merchant_id, payer
) AS came
WHERE NOT EXISTS (
    SELECT
    FROM payer_firsts AS before
    WHERE
        before.merchant_id = came.merchant_id
        AND before.payer = came.payer
        AND before.first_settled_at <= came.first_settled_at
)
ORDER BY merchant_id, payer
ON CONFLICT (merchant_id, payer) DO UPDATE SET
    first_settled_at = least(known.first_settled_at, EXCLUDED.first_settled_at)
