-- Keep the statistics of a merchant's finished period, as JSON.
-- params: merchant_id text, grain text, window_start timestamptz, window_end timestamptz, statistics jsonb
INSERT INTO closings (merchant_id, grain, window_start, window_end, zone, statistics)
SELECT
    merchant_id,
    $2,
    $3,
    $4,
    zone,
    $5
FROM merchants
WHERE merchant_id = $1
ON CONFLICT (merchant_id, grain, window_start, window_end) DO UPDATE SET
    statistics = EXCLUDED.statistics,
    closed_at = now()
