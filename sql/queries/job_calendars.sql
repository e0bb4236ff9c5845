-- The calendars of the merchants that are served, for the windows of their jobs.
-- Those of one that is suspended wait, and are made up when it is served again.
-- returns: MerchantCalendar
SELECT
    merchant_id,
    zone,
    week_start,
    created_at
FROM merchants
WHERE state = 'active'
