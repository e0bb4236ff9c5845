-- The jobs that were paused.
-- returns: PausedJob
SELECT
    job,
    paused_at
FROM jobs
WHERE paused_at IS NOT NULL
