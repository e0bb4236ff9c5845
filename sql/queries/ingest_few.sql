-- Take the keys that are free and store their events, all of one stream, in one statement; give the keys taken.
-- A name stands for :stream; what else is done with the events, such as their projection, stands for the steps.
-- params: events json
WITH fresh AS (
    INSERT INTO event_keys (merchant_id, event_id, stream, occurred_at, digest, voided)
    SELECT
        merchant_id,
        event_id,
        ':stream'::event_stream,
        occurred_at,
        digest,
        false
    FROM json_populate_recordset(NULL::event_keys, $1)
    ORDER BY merchant_id, event_id
    ON CONFLICT (merchant_id, event_id) DO NOTHING
    RETURNING merchant_id, event_id
),

incoming_:stream AS MATERIALIZED (
    SELECT event.*
    FROM json_populate_recordset(NULL:::stream, $1) AS event
    JOIN fresh USING (merchant_id, event_id)
)
-- :steps
SELECT
    merchant_id,
    event_id,
    NULL::timestamptz AS lo,
    NULL::timestamptz AS hi
FROM fresh
-- :told
