-- Files that were asked for, and what their texts are made with.

CREATE TABLE export_requests (
    export_id text COLLATE "C" PRIMARY KEY CHECK (export_id ~ '^[0-9a-f]{32}$'),
    merchant_id text COLLATE "C" NOT NULL,  -- no foreign key: what was asked for is told even of a merchant deleted since
    format text NOT NULL,
    spec jsonb NOT NULL,  -- all that decides the file's bytes, beside the events
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'expired')),
    attempt integer NOT NULL DEFAULT 0,  -- who holds an older one has lost it
    started_at timestamptz,
    rows_done bigint NOT NULL DEFAULT 0,
    rows_total bigint,
    missing_rate_count bigint NOT NULL DEFAULT 0,
    error text,  -- made for the client
    finished_at timestamptz,
    stored_as text,  -- the file's name in the folder of exports
    size_bytes bigint,
    digest bytea CHECK (length(digest) = 32),  -- SHA-256 of the file
    expires_at timestamptz,
    link_key bytea NOT NULL CHECK (length(link_key) = 32)  -- signs the links to this file and to no other
);

CREATE INDEX ON export_requests (merchant_id, requested_at DESC, export_id);
CREATE INDEX ON export_requests (expires_at) WHERE state = 'done';

-- Wall time of a zone, told as its changes: from each of `starts` on, in order, the clock is that much ahead of UTC.
-- The session is in UTC. The database's own zones would do only where they are as new as ours.
CREATE FUNCTION local_time(at timestamptz, starts timestamptz[], offsets interval[]) RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT at::timestamp + offsets[width_bucket(at, starts)]
$$;

-- A text that no spreadsheet takes for a formula: one that begins with = + - @, also in full width, or with a tab or
-- a line's end, gets an apostrophe in front.
CREATE FUNCTION safe_cell(cell text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN ascii(cell) IN (9, 10, 13, 43, 45, 61, 64, 65291, 65293, 65309, 65312) THEN '''' || cell
        ELSE cell
    END
$$;
