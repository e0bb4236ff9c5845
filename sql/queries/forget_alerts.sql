-- Forget a payer in the resources that a merchant's alerts look at. What is being read by the old name is void.
-- params: merchant_id text, mention text, pseudonym text
UPDATE alerts
SET
    revision = revision + 1,
    dimension_values = array(
        SELECT replace(value, $2, $3)
        FROM unnest(dimension_values) WITH ORDINALITY AS each (value, place)
        ORDER BY place
    )
WHERE merchant_id = $1 AND dimension = 'resource' AND position($2 IN array_to_string(dimension_values, ' ')) > 0
