-- Tell why a run failed; it is tried again after a pause, unless that was its last attempt or `final` says so.
-- params: run_id bigint, token integer, error text, pause interval, final boolean
-- returns: FailedRun
UPDATE job_runs
SET
    state = CASE WHEN $5 OR attempt >= max_attempts THEN 'dead' ELSE 'failed' END,
    finished_at = now(),
    free_at = now() + $4,
    error = $3
WHERE run_id = $1 AND token = $2 AND state = 'running'
RETURNING state
