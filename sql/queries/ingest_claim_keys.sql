-- Give the keys that a correction holds for events still to come to these events, now that they have.
-- params: numbers integer[], voided_numbers integer[]
UPDATE event_keys AS held
SET
    stream = incoming.stream,
    occurred_at = incoming.occurred_at,
    digest = incoming.digest,
    voided = incoming.number = ANY ($2)
FROM incoming_keys AS incoming
WHERE
    incoming.number = ANY ($1)
    AND held.merchant_id = incoming.merchant_id
    AND held.event_id = incoming.event_id
    AND held.stream IS NULL
