-- Begin a queued run: gives it, unless it was queued anew meanwhile, begun elsewhere, or its job paused.
-- params: run_id bigint, token integer, worker text, lease interval
-- returns: BegunRun
UPDATE job_runs AS r
SET
    state = 'running',
    attempt = r.attempt + 1,
    worker = $3,
    free_at = now() + $4,
    started_at = now(),
    finished_at = NULL,
    progress_done = NULL,
    progress_total = NULL,
    rows = NULL
WHERE r.run_id = $1 AND r.token = $2 AND r.state = 'queued'
    AND NOT EXISTS (SELECT FROM jobs AS j WHERE j.job = r.job AND j.paused_at IS NOT NULL)
RETURNING
    r.run_id,
    r.token,
    r.job,
    r.merchant_id,
    r.subject,
    r.window_start,
    r.window_end,
    r.attempt
