-- Forget a payer where its first payment is kept. What came in meanwhile under its name is a new payer's.
-- params: merchant_id text, payer text, pseudonym text
WITH renamed AS (
    UPDATE payer_firsts
    SET payer = $3
    WHERE merchant_id = $1 AND payer = $2
    RETURNING merchant_id
)

SELECT min(event.occurred_at) AS first_settled_at
FROM renamed
JOIN payment_events AS event USING (merchant_id)
WHERE event.payer = $2 AND event.type = 'settled' AND NOT event.voided
