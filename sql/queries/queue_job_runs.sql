-- Take what is due for the queue, oldest first, one run of each lane (job, merchant and subject) at a time.
-- A run whose lease ended, since its worker died, is taken over; one that was not begun in time is queued again.
-- No more than `run_limit` are in the queue.
-- params: run_limit bigint, queued_for interval
-- returns: QueuedRun
WITH due AS (
    SELECT DISTINCT ON (r.job, r.merchant_id, r.subject)
        r.run_id,
        r.due_at
    FROM job_runs AS r
    WHERE r.state IN ('waiting', 'queued', 'running', 'failed')
        AND r.free_at <= now()
        AND NOT EXISTS (SELECT FROM jobs AS j WHERE j.job = r.job AND j.paused_at IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM job_runs AS busy
            WHERE busy.job = r.job AND busy.merchant_id = r.merchant_id AND busy.subject = r.subject
                AND busy.state IN ('queued', 'running') AND busy.free_at > now()
        )
    ORDER BY r.job, r.merchant_id, r.subject, r.window_end, r.window_start
),
taken AS (
    SELECT
        r.run_id,
        r.state,
        r.worker
    FROM job_runs AS r
    JOIN due USING (run_id)
    WHERE r.free_at <= now()
    ORDER BY r.due_at, r.run_id
    LIMIT greatest($1 - (SELECT count(*) FROM job_runs WHERE state = 'queued' AND free_at > now()), 0)
    FOR UPDATE OF r SKIP LOCKED
)
UPDATE job_runs AS r
SET
    state = 'queued',
    free_at = now() + $2,
    token = r.token + 1
FROM taken
WHERE r.run_id = taken.run_id
RETURNING
    r.run_id,
    r.job,
    r.token,
    r.due_at,
    CASE WHEN taken.state = 'running' THEN taken.worker END AS lost_worker
