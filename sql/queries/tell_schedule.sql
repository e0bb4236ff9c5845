-- Tell a job's schedule and its next window.
-- params: job text, schedule text, next_start timestamptz, next_end timestamptz, next_due_at timestamptz
INSERT INTO jobs AS j (job, schedule, next_start, next_end, next_due_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (job) DO UPDATE SET
    schedule = EXCLUDED.schedule,
    next_start = EXCLUDED.next_start,
    next_end = EXCLUDED.next_end,
    next_due_at = EXCLUDED.next_due_at
WHERE (j.schedule, j.next_start, j.next_end, j.next_due_at)
    IS DISTINCT FROM (EXCLUDED.schedule, EXCLUDED.next_start, EXCLUDED.next_end, EXCLUDED.next_due_at)
