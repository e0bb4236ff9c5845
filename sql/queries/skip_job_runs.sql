-- Leave out windows of a job that a later one makes needless.
-- params: job text, before timestamptz
UPDATE job_runs
SET
    state = 'skipped',
    finished_at = now()
WHERE job = $1 AND window_end < $2 AND state IN ('waiting', 'failed')
