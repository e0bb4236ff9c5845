-- What the facilitator asks of all merchants at once, endpoints that died, failures by resource; and ranges that the
-- kept events cannot tell exactly are refused.

-- The levels as they are; an error with SQLSTATE Z4001 where a tile wants raw events that are gone.
CREATE FUNCTION kept_levels(levels text[], los timestamptz[]) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    kept_from timestamptz := (SELECT raw_kept_from FROM installation);
BEGIN
    IF kept_from <> '-infinity'
        AND EXISTS (SELECT FROM unnest(levels, los) AS t (level, lo) WHERE t.level = 'raw' AND t.lo < kept_from) THEN
        RAISE EXCEPTION 'raw events are kept from % on', kept_from
            USING ERRCODE = 'Z4001', DETAIL = to_char(kept_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    END IF;
    RETURN levels;
END
$$;

-- Edges over all merchants are found by time alone. Events come in about its order, so a summary of blocks is enough.
CREATE INDEX payment_events_time ON payment_events USING brin (occurred_at)
    WITH (pages_per_range = 32, autosummarize = on);

-- installs: webhook_endpoints resource_failures platform_revenue platform_failures platform_geography
-- ranges: all
-- tops: revenue resource_sales
