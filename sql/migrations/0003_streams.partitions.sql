-- Plain PostgreSQL: each stream is cut by month.

DO $$
DECLARE
    stream text;
BEGIN
    FOR stream IN SELECT unnest(enum_range(NULL::event_stream))::text LOOP
        EXECUTE format(
            'CREATE TABLE %1$I (LIKE %2$I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (occurred_at)',
            stream, stream || '_shape');
        EXECUTE format('CREATE INDEX ON %1$I (merchant_id, occurred_at)', stream);
    END LOOP;
END
$$;

-- One partition per UTC month. A table is made first and attached then: that lock lets writers go on,
-- where CREATE TABLE ... PARTITION OF would stop them.
CREATE FUNCTION ensure_partitions(lo timestamptz, hi timestamptz) RETURNS integer
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
            CONTINUE WHEN to_regclass('z402.' || quote_ident(partition)) IS NOT NULL;
            PERFORM pg_advisory_xact_lock(hashtext('z402 partitions'));
            CONTINUE WHEN to_regclass('z402.' || quote_ident(partition)) IS NOT NULL;
            EXECUTE format('CREATE TABLE z402.%I (LIKE z402.%I INCLUDING ALL)', partition, stream);
            EXECUTE format('ALTER TABLE z402.%I ATTACH PARTITION z402.%I FOR VALUES FROM (%L) TO (%L)',
                stream, partition, month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

SELECT ensure_partitions(now(), now() + interval '2 months');
