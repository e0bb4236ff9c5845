-- Plan windows of a job, and mark up to where they are planned; a window that is planned already stays as it is.
-- params: job text, max_attempts integer, merchant_ids text[], starts timestamptz[], ends timestamptz[], due_ats timestamptz[]
-- returns: RowCount
WITH windows AS (
    SELECT
        w.merchant_id,
        w.window_start,
        w.window_end,
        w.due_at
    FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[]) AS w (merchant_id, window_start, window_end, due_at)
),
planned AS (
    INSERT INTO job_runs (job, merchant_id, window_start, window_end, due_at, max_attempts)
    SELECT
        $1,
        merchant_id,
        window_start,
        window_end,
        due_at,
        $2
    FROM windows
    ORDER BY due_at, merchant_id, window_end
    ON CONFLICT (job, merchant_id, subject, window_start, window_end) DO NOTHING
    RETURNING run_id
),
marked AS (
    INSERT INTO job_marks AS m (job, merchant_id, planned_until)
    SELECT
        $1,
        merchant_id,
        max(window_end)
    FROM windows
    GROUP BY merchant_id
    ORDER BY merchant_id
    ON CONFLICT (job, merchant_id) DO UPDATE SET planned_until = greatest(m.planned_until, EXCLUDED.planned_until)
)
SELECT count(*) AS row_count
FROM planned
