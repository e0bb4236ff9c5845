-- How many payments an export of a range has: those of export_payments.
-- params: merchant_id text, lo timestamptz, hi timestamptz, states text[]
-- returns: RowCount
SELECT count(*) AS row_count
FROM payments
WHERE
    merchant_id = $1::text
    AND coalesce(settled_at, first_decided_at, first_event_at) >= $2::timestamptz
    AND coalesce(settled_at, first_decided_at, first_event_at) < $3::timestamptz
    -- No payment's place lies before its beginning or behind its last event.
    AND first_event_at < $3::timestamptz
    AND last_event_at >= $2::timestamptz
    AND ($4::text[] IS NULL OR state = ANY ($4::text[]))
