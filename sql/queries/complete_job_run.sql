-- End a run well: gives nothing where it is no longer ours, and then its effect must not be committed.
-- params: run_id bigint, token integer, row_count bigint
-- returns: HeldRun
UPDATE job_runs
SET
    state = 'done',
    finished_at = CASE WHEN state = 'done' THEN finished_at ELSE now() END,
    rows = $3,
    progress_done = coalesce(progress_total, progress_done),
    error = NULL
WHERE run_id = $1 AND token = $2 AND state IN ('running', 'done')
RETURNING run_id
