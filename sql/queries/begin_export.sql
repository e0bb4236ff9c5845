-- Take an export to make it; whoever held it has lost it. No row where it is made already, or gone.
-- One that failed is taken too: its run is begun again only where somebody had it retried, or its worker died.
-- params: export_id text
-- returns: BegunExport
UPDATE export_requests
SET
    state = 'running',
    attempt = attempt + 1,
    started_at = now(),
    rows_done = 0,
    rows_total = NULL,
    size_bytes = NULL,
    error = NULL,
    finished_at = NULL
WHERE export_id = $1 AND state IN ('queued', 'running', 'failed')
RETURNING export_id, merchant_id, spec, attempt
