-- The ledger drives the jobs: a run is planned here before it is queued, held by a lease while it runs, and unique by
-- job, merchant, subject and window. It is cut by nothing and stays small: old runs are forgotten.
DROP TABLE job_runs;

CREATE TABLE job_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text COLLATE "C" NOT NULL,
    merchant_id text COLLATE "C" NOT NULL DEFAULT '',  -- '' where a run is about all of them
    subject text COLLATE "C" NOT NULL DEFAULT '',  -- what a run on request is about, such as an export's id
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL CHECK (window_start <= window_end),
    due_at timestamptz NOT NULL,  -- when it should have begun
    state text COLLATE "C" NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'queued', 'running', 'done', 'failed', 'dead', 'skipped')),
    free_at timestamptz NOT NULL DEFAULT now(),  -- nobody takes it before: a pause after a failure, or a lease
    token integer NOT NULL DEFAULT 0,  -- counts how often it was queued; who holds an older one has lost it
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts >= 1),
    worker text,
    started_at timestamptz,
    finished_at timestamptz,
    rows bigint,
    progress_done bigint,
    progress_total bigint,
    error text,
    UNIQUE (job, merchant_id, subject, window_start, window_end)
);

CREATE INDEX ON job_runs (job, merchant_id, subject, window_end) WHERE state IN ('waiting', 'queued', 'running', 'failed');
CREATE INDEX ON job_runs (job, run_id);
CREATE INDEX ON job_runs (job, finished_at) WHERE state = 'done';

-- What the operator says of a job, and what the worker tells of its schedule.
CREATE TABLE jobs (
    job text COLLATE "C" PRIMARY KEY,
    schedule text,
    next_start timestamptz,
    next_end timestamptz,
    next_due_at timestamptz,
    paused_at timestamptz,
    paused_by text
);

-- Up to where windows were planned: what ended later and has no run was missed. Kept apart from the runs, so that
-- forgetting old runs plans nothing again, and a new time zone begins where the old one ended.
CREATE TABLE job_marks (
    job text COLLATE "C" NOT NULL,
    merchant_id text COLLATE "C" NOT NULL DEFAULT '',
    planned_until timestamptz NOT NULL,
    PRIMARY KEY (job, merchant_id)
);

-- What a window held when it was closed.
CREATE TABLE closings (
    merchant_id text COLLATE "C" NOT NULL,
    grain text COLLATE "C" NOT NULL CHECK (grain IN ('hour', 'day', 'week', 'month')),
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL CHECK (window_start < window_end),
    zone text NOT NULL,
    statistics jsonb NOT NULL,
    closed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, grain, window_start, window_end)
);
