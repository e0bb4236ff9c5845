-- Give back keys that this transaction took for what it refuses after all.
-- params: numbers integer[]
DELETE FROM event_keys AS taken
USING incoming_keys AS incoming
WHERE
    incoming.number = ANY ($1)
    AND taken.merchant_id = incoming.merchant_id
    AND taken.event_id = incoming.event_id
