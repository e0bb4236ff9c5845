-- Forget a payer in a merchant's sightings, and their digests.
-- params: merchant_id text, payer text, pseudonym text
WITH changed AS (
    UPDATE payer_sightings
    SET payer = $3
    WHERE merchant_id = $1 AND payer = $2
    RETURNING event_id
)

UPDATE event_keys
SET digest = NULL
FROM changed
WHERE event_keys.merchant_id = $1 AND event_keys.event_id = changed.event_id
