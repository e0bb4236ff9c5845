-- Plan a run on request; the same again is the run that is there.
-- params: job text, merchant_id text, subject text, window_start timestamptz, window_end timestamptz, max_attempts integer
-- returns: RequestedRun
WITH requested AS (
    INSERT INTO job_runs (job, merchant_id, subject, window_start, window_end, due_at, max_attempts)
    VALUES ($1, $2, $3, $4, $5, now(), $6)
    ON CONFLICT (job, merchant_id, subject, window_start, window_end) DO NOTHING
    RETURNING run_id
)
SELECT run_id FROM requested
UNION ALL
SELECT run_id
FROM job_runs
WHERE job = $1 AND merchant_id = $2 AND subject = $3 AND window_start = $4 AND window_end = $5
LIMIT 1
