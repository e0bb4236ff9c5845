-- Give a run back that a shutdown cut short: it waits again, and the attempt does not count.
-- params: run_id bigint, token integer
UPDATE job_runs
SET
    state = 'waiting',
    attempt = attempt - 1,
    free_at = now()
WHERE run_id = $1 AND token = $2 AND state = 'running'
