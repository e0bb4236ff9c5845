-- Whether late events of a stream wait for a refresh within a span of time, both ends included: never, since answers
-- read what waits.
CREATE FUNCTION pending_within(of_stream text, first_at timestamptz, last_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT false
$$;
