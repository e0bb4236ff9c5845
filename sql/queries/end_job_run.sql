-- Tell how a job's window ended.
-- params: job text, window_start timestamptz, window_end timestamptz, state text, row_count bigint, error text
UPDATE job_runs
SET
    state = $4,
    finished_at = now(),
    rows = $5,
    error = $6
WHERE job = $1 AND window_start = $2 AND window_end = $3
