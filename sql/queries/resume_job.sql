-- Let a job go on.
-- params: job text
UPDATE jobs
SET
    paused_at = NULL,
    paused_by = NULL
WHERE job = $1
