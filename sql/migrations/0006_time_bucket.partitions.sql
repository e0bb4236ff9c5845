-- time_bucket as TimescaleDB means it: weeks from Monday, months from the first, all in UTC. It lives in our schema,
-- because one in public would stop a later CREATE EXTENSION timescaledb.
CREATE FUNCTION time_bucket(width interval, at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN width < interval '28 days' THEN date_bin(width, at, timestamptz '2000-01-03 00:00:00+00')
        ELSE (timestamp '2000-01-01' + make_interval(months => (
            floor((extract(year FROM at AT TIME ZONE 'UTC') * 12 + extract(month FROM at AT TIME ZONE 'UTC') - 24001)
                / extract(month FROM width)) * extract(month FROM width))::integer)) AT TIME ZONE 'UTC'
    END
$$;
