-- The files that are to stay.
-- returns: StoredExport
SELECT
    export_id,
    stored_as
FROM export_requests
WHERE state = 'done'
