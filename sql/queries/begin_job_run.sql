-- Take a job's window: gives a row unless the window was done already.
-- params: job text, window_start timestamptz, window_end timestamptz
-- returns: JobAttempt
INSERT INTO job_runs (job, window_start, window_end, state, started_at)
VALUES ($1, $2, $3, 'running', now())
ON CONFLICT (job, window_start, window_end) DO UPDATE SET
    state = 'running',
    attempt = job_runs.attempt + 1,
    started_at = now(),
    finished_at = NULL,
    error = NULL
WHERE job_runs.state <> 'done'
RETURNING attempt
