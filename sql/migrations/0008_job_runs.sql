-- What ran with no client waiting: one row per job and window, so that a window that is run twice has one row.
CREATE TABLE job_runs (
    job text COLLATE "C" NOT NULL,
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    attempt integer NOT NULL DEFAULT 1,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    rows bigint,
    error text,
    PRIMARY KEY (job, window_start, window_end)
);

CREATE INDEX ON job_runs (job, finished_at);
