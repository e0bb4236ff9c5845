-- Whoever waits for another's partition has to see it then. to_regclass answers from the session's cache, which knows
-- nothing of it yet; a query on the catalogue takes a new snapshot after the lock was had.
CREATE OR REPLACE FUNCTION ensure_partitions(lo timestamptz, hi timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    stream text;
    month timestamptz;
    partition text;
    made integer := 0;
BEGIN
    FOR stream IN SELECT unnest(enum_range(NULL::event_stream))::text LOOP
        FOR month IN SELECT generate_series(date_trunc('month', lo, 'UTC'), hi, interval '1 month') LOOP
            partition := format('%s_%s', stream, to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'));
            CONTINUE WHEN EXISTS (
                SELECT FROM pg_class WHERE relname = partition AND relnamespace = 'z402'::regnamespace);
            PERFORM pg_advisory_xact_lock(hashtext('z402 partitions'));
            CONTINUE WHEN EXISTS (
                SELECT FROM pg_class WHERE relname = partition AND relnamespace = 'z402'::regnamespace);
            EXECUTE format('CREATE TABLE z402.%I (LIKE z402.%I INCLUDING ALL)', partition, stream);
            EXECUTE format('ALTER TABLE z402.%I ATTACH PARTITION z402.%I FOR VALUES FROM (%L) TO (%L)',
                stream, partition, month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
