-- The latest runs of jobs, the newest first; of each job so many at most.
-- params: jobs text[], run_limit bigint
-- returns: JobRun
SELECT
    r.run_id,
    r.job,
    r.merchant_id,
    r.subject,
    r.window_start,
    r.window_end,
    r.due_at,
    r.state,
    r.attempt,
    r.max_attempts,
    r.worker,
    r.started_at,
    r.finished_at,
    r.row_count,
    r.progress_done,
    r.progress_total,
    r.error
FROM unnest($1::text[]) AS wanted (job)
CROSS JOIN LATERAL (
    SELECT
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
    FROM job_runs
    WHERE job_runs.job = wanted.job
    ORDER BY run_id DESC
    LIMIT $2
) AS r
