-- Exports whose run was given up: nobody will make them any more, unless that run is retried.
-- The reason of the last attempt stays, where it is known; what was promised beside it does not.
-- params: job text, error text, promised text, advice text
-- returns: ChangedExport
UPDATE export_requests
SET
    state = 'failed',
    attempt = export_requests.attempt + 1,
    error = coalesce(replace(export_requests.error, $3, $4), $2),
    finished_at = now()
FROM job_runs
WHERE
    job_runs.job = $1
    AND job_runs.merchant_id = export_requests.merchant_id
    AND job_runs.subject = export_requests.export_id
    AND job_runs.state IN ('dead', 'skipped')
    AND export_requests.state IN ('queued', 'running')
RETURNING export_requests.export_id
