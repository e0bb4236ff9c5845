-- Exports whose time is over: their files are to go.
-- returns: ChangedExport
UPDATE export_requests
SET state = 'expired'
WHERE state = 'done' AND expires_at <= now()
RETURNING export_id
