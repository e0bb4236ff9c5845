-- The latest run of each job, and when it last succeeded.
-- returns: JobRun
SELECT DISTINCT ON (job)
    job,
    window_start,
    window_end,
    state,
    attempt,
    started_at,
    finished_at,
    rows AS row_count,
    error,
    (SELECT max(d.finished_at) FROM job_runs AS d WHERE d.job = r.job AND d.state = 'done') AS last_done_at
FROM job_runs AS r
ORDER BY job, started_at DESC
