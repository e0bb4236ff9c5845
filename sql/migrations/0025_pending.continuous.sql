-- Whether late events of a stream wait for a refresh within a span of time, both ends included: until then an answer
-- about it lacks them, so that it must not be kept.
CREATE FUNCTION pending_within(of_stream text, first_at timestamptz, last_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT
        FROM refresh_hints
        WHERE stream = of_stream::event_stream AND lo <= last_at AND hi >= first_at
    )
$$;
