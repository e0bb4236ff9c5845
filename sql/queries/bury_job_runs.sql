-- Give up runs whose worker died each time: what kills a worker is not run for ever.
-- returns: DeadRun
UPDATE job_runs
SET
    state = 'dead',
    finished_at = now(),
    error = format('The worker %s died, and this was attempt %s of %s.', worker, attempt, max_attempts)
WHERE state = 'running' AND free_at <= now() AND attempt >= max_attempts
RETURNING
    run_id,
    job,
    error
