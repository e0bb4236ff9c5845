-- Calls to the API over all merchants together: those of no merchant were stored, and could be read nowhere.

-- Edges over all merchants are found by time alone, as those of payments are (0011_platform).
CREATE INDEX api_requests_time ON api_requests USING brin (occurred_at)
    WITH (pages_per_range = 32, autosummarize = on);

-- From when on their family has all that happened: raw events that were dropped before it came are in no sum of its own.
ALTER TABLE installation ADD COLUMN platform_calls_from timestamptz NOT NULL DEFAULT '-infinity';
UPDATE installation SET platform_calls_from = raw_kept_from;

-- True; an error with SQLSTATE Z4002 where a tile begins before that.
CREATE FUNCTION platform_calls_kept(los timestamptz[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    added_up_from timestamptz := (SELECT platform_calls_from FROM installation);
BEGIN
    IF added_up_from > ANY (los) THEN
        RAISE EXCEPTION 'calls of all merchants together are added up from % on', added_up_from
            USING ERRCODE = 'Z4002', DETAIL = to_char(added_up_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    END IF;
    RETURN true;
END
$$;

-- installs: platform_api_latency
