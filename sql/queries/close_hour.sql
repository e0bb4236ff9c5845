-- Keep what each merchant's hour held, for merchants with a payment event in it; of hours, UTC ones.
-- params: window_start timestamptz, window_end timestamptz
-- returns: ClosedHour
INSERT INTO closings AS c (merchant_id, grain, window_start, window_end, zone, statistics)
SELECT
    merchant_id,
    'hour',
    $1,
    $2,
    'UTC',
    jsonb_build_object(
        'settledCount', settled_count,
        'failedCount', failed_count,
        'expiredCount', expired_count,
        'refundedCount', refunded_count,
        'revenueZat', revenue_zat::text,
        'feeZat', fee_zat::text,
        'refundZat', refund_zat::text
    )
FROM revenue_hour
WHERE bucket >= $1 AND bucket < $2
ORDER BY merchant_id
ON CONFLICT (merchant_id, grain, window_start, window_end) DO UPDATE SET
    statistics = EXCLUDED.statistics,
    closed_at = now()
RETURNING
    c.merchant_id,
    (c.statistics ->> 'settledCount')::bigint AS settled_count,
    (c.statistics ->> 'revenueZat')::numeric AS revenue_zat
