-- The last first attempt of a webhook delivery before each instant, and the first from it on. There is always a row.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], first_ats timestamptz[], last_ats timestamptz[]
-- returns: Beside
SELECT
    asked.slot,
    (
        SELECT d.first_attempt_at
        FROM deliveries AS d
        WHERE d.merchant_id = asked.merchant_id AND d.first_attempt_at < asked.at
        ORDER BY d.first_attempt_at DESC
        LIMIT 1
    ) AS before_at,
    (
        SELECT d.first_attempt_at
        FROM deliveries AS d
        WHERE d.merchant_id = asked.merchant_id AND d.first_attempt_at >= asked.at
        ORDER BY d.first_attempt_at
        LIMIT 1
    ) AS next_at,
    fresh.pending,
    fresh.as_of
FROM (
    SELECT
        ARRAY(
            SELECT false
            FROM unnest($4::timestamptz[], $5::timestamptz[]) WITH ORDINALITY AS span (first_at, last_at, place)
            ORDER BY place
        ) AS pending,
        as_of() AS as_of
) AS fresh
LEFT JOIN unnest($1::integer[], $2::text[], $3::timestamptz[]) AS asked (slot, merchant_id, at) ON true
