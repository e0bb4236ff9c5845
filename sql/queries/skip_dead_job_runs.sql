-- Leave dead runs of a job be: a later window that is done made up for them. They keep their errors.
-- params: job text, before timestamptz
UPDATE job_runs
SET state = 'skipped'
WHERE job = $1 AND window_end < $2 AND state = 'dead'
