-- Pause a job; one that is paused stays as it was.
-- params: job text, paused_by text
INSERT INTO jobs AS j (job, paused_at, paused_by)
VALUES ($1, now(), $2)
ON CONFLICT (job) DO UPDATE SET
    paused_at = EXCLUDED.paused_at,
    paused_by = EXCLUDED.paused_by
WHERE j.paused_at IS NULL
