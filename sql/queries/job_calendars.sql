-- Every merchant's calendar, for the windows of its jobs.
-- returns: MerchantCalendar
SELECT
    merchant_id,
    zone,
    week_start,
    created_at
FROM merchants
