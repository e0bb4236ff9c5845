-- Forget a payer in a table that keeps something by payer; payer_sightings stands for its name.
-- params: merchant_id text, payer text, pseudonym text
UPDATE payer_sightings
SET payer = $3
WHERE merchant_id = $1 AND payer = $2
