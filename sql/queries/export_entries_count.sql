-- How many settlements and refunds a range has: those of export_entries.
-- params: merchant_id text, lo timestamptz, hi timestamptz
-- returns: RowCount
SELECT count(*) AS row_count
FROM payment_events
WHERE
    merchant_id = $1::text
    AND occurred_at >= $2::timestamptz
    AND occurred_at < $3::timestamptz
    AND type IN ('settled', 'refunded')
    AND NOT voided
