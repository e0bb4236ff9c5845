-- The last event of a stream before each instant and the first from it on, and whether late ones wait in each span.
-- Where they do, answers about it are not whole. A name stands for :stream. There is always a row.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], first_ats timestamptz[], last_ats timestamptz[]
-- returns: Beside
SELECT
    asked.slot,
    (
        SELECT e.occurred_at
        FROM :stream AS e
        WHERE e.merchant_id = asked.merchant_id AND e.occurred_at < asked.at
        ORDER BY e.occurred_at DESC
        LIMIT 1
    ) AS before_at,
    (
        SELECT e.occurred_at
        FROM :stream AS e
        WHERE e.merchant_id = asked.merchant_id AND e.occurred_at >= asked.at
        ORDER BY e.occurred_at
        LIMIT 1
    ) AS next_at,
    fresh.pending,
    fresh.as_of
FROM (
    SELECT
        ARRAY(
            SELECT pending_within(':stream', first_at, last_at)
            FROM unnest($4::timestamptz[], $5::timestamptz[]) WITH ORDINALITY AS span (first_at, last_at, place)
            ORDER BY place
        ) AS pending,
        as_of() AS as_of
) AS fresh
LEFT JOIN unnest($1::integer[], $2::text[], $3::timestamptz[]) AS asked (slot, merchant_id, at) ON true
