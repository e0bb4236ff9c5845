-- Prolong a run's lease: gives nothing where the run is no longer ours.
-- params: run_id bigint, token integer, lease interval
-- returns: HeldRun
UPDATE job_runs
SET free_at = now() + $3
WHERE run_id = $1 AND token = $2 AND state = 'running'
RETURNING run_id
