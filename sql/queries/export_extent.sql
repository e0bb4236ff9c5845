-- Between which instants a merchant's payments lie, nulls where it has none: what lies outside need not be asked for.
-- params: merchant_id text
-- returns: Extent
SELECT
    (SELECT min(first_event_at) FROM payments WHERE merchant_id = $1::text) AS first_at,
    (SELECT max(last_event_at) FROM payments WHERE merchant_id = $1::text) AS last_at
