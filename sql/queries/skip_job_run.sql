-- End a run that has nothing to do any more, and say why.
-- params: run_id bigint, token integer, why text
UPDATE job_runs
SET
    state = 'skipped',
    finished_at = now(),
    error = $3
WHERE run_id = $1 AND token = $2 AND state = 'running'
