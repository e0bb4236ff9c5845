-- The last event of a stream before each instant and the first from it on, and whether answers about a span are whole.
-- A name stands for :stream. There is always a row.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], first_at timestamptz, last_at timestamptz
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
    fresh.is_pending,
    fresh.as_of
FROM (SELECT pending_within(':stream', $4, $5) AS is_pending, as_of() AS as_of) AS fresh
LEFT JOIN unnest($1::integer[], $2::text[], $3::timestamptz[]) AS asked (slot, merchant_id, at) ON true
