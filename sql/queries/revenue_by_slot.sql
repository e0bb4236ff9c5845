-- Steps and money of each slot: all tiles of a slot added up, whichever levels they are of. Every slot has its row.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: RevenueTotals
SELECT
    asked.slot,
    coalesce(found.created_count, 0) AS created_count,
    coalesce(found.verifying_count, 0) AS verifying_count,
    coalesce(found.verified_count, 0) AS verified_count,
    coalesce(found.settled_count, 0) AS settled_count,
    coalesce(found.failed_count, 0) AS failed_count,
    coalesce(found.expired_count, 0) AS expired_count,
    coalesce(found.retried_count, 0) AS retried_count,
    coalesce(found.refunded_count, 0) AS refunded_count,
    coalesce(found.revenue_zat, 0) AS revenue_zat,
    coalesce(found.fee_zat, 0) AS fee_zat,
    coalesce(found.refund_zat, 0) AS refund_zat,
    coalesce(found.fee_returned_zat, 0) AS fee_returned_zat,
    found.newest_event_at,
    as_of() AS as_of
FROM (SELECT DISTINCT slot FROM unnest($1::integer[]) AS u (slot)) AS asked
LEFT JOIN revenue_over($1, $2, $3, $4, $5, $6, $7) AS found ON found.slot = asked.slot
