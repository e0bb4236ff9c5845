-- Let a run that failed or is dead wait again, with all its attempts before it.
-- params: run_id bigint
-- returns: JobRun
UPDATE job_runs
SET
    state = 'waiting',
    attempt = 0,
    free_at = now(),
    token = token + 1
WHERE run_id = $1 AND state IN ('failed', 'dead')
RETURNING
    run_id,
    job,
    nullif(merchant_id, '') AS merchant_id,
    nullif(subject, '') AS subject,
    window_start,
    window_end,
    due_at,
    state,
    attempt,
    max_attempts,
    worker,
    started_at,
    finished_at,
    rows AS row_count,
    progress_done,
    progress_total,
    error
