-- The files of exports whose time is over.
-- returns: StoredExport
SELECT
    export_id,
    stored_as
FROM export_requests
WHERE state = 'expired' AND stored_as IS NOT NULL
