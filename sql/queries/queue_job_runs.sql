-- Take what is due for the queue, one run of each lane (job, merchant and subject) at a time.
-- First what is about all merchants, which has a place always; then what is about one, the oldest first, while no more than
-- `run_limit` are in the queue. Slow jobs have places of their own, in turns: the job with the fewest runs under way first.
-- A run whose lease ended, since its worker died, is taken over; one that was not begun in time is queued again.
-- params: run_limit bigint, queued_for interval, slow_jobs text[], slow_limit bigint
-- returns: QueuedRun
WITH under_way AS (
    SELECT job, count(*) AS run_count, count(*) FILTER (WHERE state = 'queued') AS queued_count
    FROM job_runs
    WHERE state IN ('queued', 'running') AND free_at > now()
    GROUP BY job
),
due AS (
    SELECT DISTINCT ON (r.job, r.merchant_id, r.subject) r.run_id, r.job, r.merchant_id, r.due_at
    FROM job_runs AS r
    WHERE r.state IN ('waiting', 'queued', 'running', 'failed')
        AND r.free_at <= now()
        AND (r.job <> ALL ($3) OR $4::bigint > (SELECT coalesce(sum(queued_count), 0) FROM under_way WHERE job = ANY ($3)))
        AND NOT EXISTS (SELECT FROM jobs AS j WHERE j.job = r.job AND j.paused_at IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM job_runs AS busy
            WHERE busy.job = r.job AND busy.merchant_id = r.merchant_id AND busy.subject = r.subject
                AND busy.state IN ('queued', 'running') AND busy.free_at > now()
        )
    ORDER BY r.job, r.merchant_id, r.subject, r.window_end, r.window_start
),
in_turn AS (
    SELECT run_id, job, due_at, TRUE AS slow,
        coalesce(run_count, 0) + row_number() OVER (PARTITION BY job ORDER BY due_at, run_id) AS turn
    FROM due LEFT JOIN under_way USING (job)
    WHERE job = ANY ($3)
    UNION ALL
    SELECT run_id, job, due_at, FALSE, (merchant_id <> '')::integer
    FROM due
    WHERE job <> ALL ($3)
),
placed AS (
    SELECT run_id, slow, turn, row_number() OVER (PARTITION BY slow ORDER BY turn, due_at, run_id) AS place
    FROM in_turn
),
taken AS (
    SELECT r.run_id, r.state, r.worker, p.place
    FROM job_runs AS r
    JOIN placed AS p USING (run_id)
    WHERE r.free_at <= now() AND (p.turn = 0 OR p.place <= CASE WHEN p.slow THEN $4::bigint ELSE $1::bigint END - (
        SELECT coalesce(sum(queued_count), 0) FROM under_way WHERE (job = ANY ($3)) = p.slow
    ))
    FOR UPDATE OF r SKIP LOCKED
)
UPDATE job_runs AS r
SET state = 'queued', free_at = now() + $2, token = r.token + 1
FROM taken
WHERE r.run_id = taken.run_id
RETURNING
    r.run_id,
    r.job,
    r.token,
    taken.place,
    CASE WHEN taken.state = 'running' THEN taken.worker END AS lost_worker
