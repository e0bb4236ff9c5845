-- TimescaleDB: each stream is a hypertable of weekly chunks.

DO $$
DECLARE
    stream text;
BEGIN
    FOR stream IN SELECT unnest(enum_range(NULL::event_stream))::text LOOP
        EXECUTE format(
            'CREATE TABLE %1$I (LIKE %2$I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', stream, stream || '_shape');
        PERFORM public.create_hypertable(
            stream::regclass, 'occurred_at', chunk_time_interval => interval '7 days', create_default_indexes => false);
        EXECUTE format('CREATE INDEX ON %1$I (merchant_id, occurred_at)', stream);
    END LOOP;
END
$$;

-- Chunks make themselves.
CREATE FUNCTION ensure_partitions(lo timestamptz, hi timestamptz) RETURNS integer
LANGUAGE sql AS $$
    SELECT 0
$$;
