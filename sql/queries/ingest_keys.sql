-- Take the keys that are free, in key order so that no two writers wait for each other; give the numbers of the others.
WITH fresh AS (
    INSERT INTO event_keys (merchant_id, event_id, stream, occurred_at, digest, voided)
    SELECT
        merchant_id,
        event_id,
        stream,
        occurred_at,
        digest,
        voided
    FROM incoming_keys
    ORDER BY merchant_id, event_id
    ON CONFLICT (merchant_id, event_id) DO NOTHING
    RETURNING merchant_id, event_id
)
SELECT incoming.number
FROM incoming_keys AS incoming
WHERE NOT EXISTS (
    SELECT
    FROM fresh
    WHERE fresh.merchant_id = incoming.merchant_id AND fresh.event_id = incoming.event_id
)
