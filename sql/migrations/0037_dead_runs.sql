-- Dead runs are few, and asked for each time that a run ends well.
CREATE INDEX ON job_runs (job, window_end) WHERE state = 'dead';
