-- Each job as it stands: its schedule, how many runs are in each state, how late the oldest is, and its last runs.
-- returns: JobState
WITH counted AS (
    SELECT
        job,
        count(*) FILTER (WHERE state IN ('waiting', 'queued'))::bigint AS waiting_count,
        count(*) FILTER (WHERE state = 'running')::bigint AS running_count,
        count(*) FILTER (WHERE state = 'failed')::bigint AS failed_count,
        extract(epoch FROM now() - min(due_at))::float8 AS lag_seconds
    FROM job_runs
    WHERE state IN ('waiting', 'queued', 'running', 'failed')
    GROUP BY job
),
names AS (
    SELECT job FROM jobs
    UNION
    SELECT job FROM counted
)
SELECT
    n.job,
    j.schedule,
    j.next_start,
    j.next_end,
    j.next_due_at,
    j.paused_at,
    j.paused_by,
    coalesce(c.waiting_count, 0) AS waiting_count,
    coalesce(c.running_count, 0) AS running_count,
    coalesce(c.failed_count, 0) AS failed_count,
    (SELECT count(*) FROM job_runs AS d WHERE d.job = n.job AND d.state = 'dead') AS dead_count,
    greatest(coalesce(c.lag_seconds, 0), 0)::float8 AS lag_seconds,
    (SELECT max(d.finished_at) FROM job_runs AS d WHERE d.job = n.job AND d.state = 'done') AS last_done_at
FROM names AS n
LEFT JOIN jobs AS j USING (job)
LEFT JOIN counted AS c USING (job)
ORDER BY n.job
