-- Steps and money of each slot: all tiles of a slot added up, whichever levels they are of.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[]
-- returns: RevenueTotals
SELECT
    slot,
    created_count,
    settled_count,
    failed_count,
    expired_count,
    refunded_count,
    revenue_zat,
    fee_zat,
    refund_zat,
    fee_returned_zat,
    newest_event_at
FROM revenue_over($1, $2, $3, $4, $5)
