-- Remember when payers first settled a payment.
-- For a payer that did before, a look is all. An earlier one is a row beside the others, so that no writer waits for
-- another that saw the same payer and is slow to commit.
INSERT INTO payer_firsts (merchant_id, payer, first_settled_at)
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
ON CONFLICT DO NOTHING
