-- Where late events fell, told in the transaction that wrote them: the view of a range that is already
-- materialised does not show them until it is refreshed.
CREATE TABLE refresh_hints (
    hint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream event_stream NOT NULL,
    lo timestamptz NOT NULL,
    hi timestamptz NOT NULL,  -- inclusive: the latest of the late events
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (lo <= hi)
);

CREATE FUNCTION as_of() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT least(statement_timestamp(), (SELECT min(created_at) FROM refresh_hints))
$$;
