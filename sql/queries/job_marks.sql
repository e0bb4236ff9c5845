-- Up to where the windows of some jobs are planned.
-- params: jobs text[]
-- returns: JobMark
SELECT
    job,
    merchant_id,
    planned_until
FROM job_marks
WHERE job = ANY ($1)
