-- An export's file is gone.
-- params: export_id text
UPDATE export_requests
SET stored_as = NULL
WHERE export_id = $1 AND state = 'expired'
