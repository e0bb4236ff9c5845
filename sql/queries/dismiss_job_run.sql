-- Leave a dead run be: it was looked at, and is not tried again.
-- params: run_id bigint
-- returns: JobRun
UPDATE job_runs
SET state = 'skipped'
WHERE run_id = $1 AND state = 'dead'
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
