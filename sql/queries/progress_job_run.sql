-- Tell how far a run is: gives nothing where it is no longer ours.
-- params: run_id bigint, token integer, progress_done bigint, progress_total bigint
-- returns: HeldRun
UPDATE job_runs
SET
    progress_done = $3,
    progress_total = $4
WHERE run_id = $1 AND token = $2 AND state = 'running'
RETURNING run_id
