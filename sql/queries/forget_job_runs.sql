-- Forget runs that are over since long: those of windows shorter than an hour sooner than others.
-- An old window may have been worked on just now.
-- params: short_before timestamptz, long_before timestamptz
-- returns: RowCount
WITH forgotten AS (
    DELETE FROM job_runs
    WHERE state IN ('done', 'dead', 'skipped')
        AND greatest(window_end, finished_at) < CASE WHEN window_end - window_start < interval '1 hour' THEN $1::timestamptz ELSE $2::timestamptz END
    RETURNING run_id
)
SELECT count(*) AS row_count
FROM forgotten
