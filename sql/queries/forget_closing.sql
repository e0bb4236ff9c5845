-- Keep a closing that mentions a forgotten payer no longer. When it was closed stays.
-- params: merchant_id text, grain text, window_start timestamptz, window_end timestamptz, data text
UPDATE closings
SET statistics = $5::text::jsonb
WHERE merchant_id = $1 AND grain = $2 AND window_start = $3 AND window_end = $4
