-- Let a run that failed or is dead wait again, with all its attempts before it.
-- One that is done too, where its job makes something new of what came later.
-- params: run_id bigint, renewed_jobs text[]
-- returns: JobRun
UPDATE job_runs
SET
    state = 'waiting',
    attempt = 0,
    free_at = now(),
    token = token + 1
WHERE run_id = $1 AND (state IN ('failed', 'dead') OR (state = 'done' AND job = ANY ($2)))
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
