-- Forget old runs that are over: those of windows shorter than an hour sooner than others.
-- params: short_before timestamptz, long_before timestamptz
-- returns: RowCount
WITH forgotten AS (
    DELETE FROM job_runs
    WHERE state IN ('done', 'dead', 'skipped')
        AND window_end < CASE WHEN window_end - window_start < interval '1 hour' THEN $1::timestamptz ELSE $2::timestamptz END
    RETURNING run_id
)
SELECT count(*) AS row_count
FROM forgotten
