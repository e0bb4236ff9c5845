-- What began before raw events were dropped can no longer be told as it stood at an earlier instant.

-- From when on raw events are kept, where that is after an instant; null where what began then has all its events.
CREATE FUNCTION raw_kept_after(begun_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT raw_kept_from FROM installation WHERE raw_kept_from > begun_at
$$;
