-- Give a queued run back that a worker has no place for: it waits again, for whoever has.
-- params: run_id bigint, token integer
UPDATE job_runs
SET
    state = 'waiting',
    free_at = now()
WHERE run_id = $1 AND token = $2 AND state = 'queued'
