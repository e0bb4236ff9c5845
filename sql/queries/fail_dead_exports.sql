-- Exports whose run was given up: nobody will make them any more.
-- params: job text, error text
-- returns: ChangedExport
UPDATE export_requests
SET
    state = 'failed',
    attempt = export_requests.attempt + 1,
    error = coalesce(export_requests.error, $2),
    finished_at = now()
FROM job_runs
WHERE
    job_runs.job = $1
    AND job_runs.merchant_id = export_requests.merchant_id
    AND job_runs.subject = export_requests.export_id
    AND job_runs.state IN ('dead', 'skipped')
    AND export_requests.state IN ('queued', 'running')
RETURNING export_requests.export_id
