-- TimescaleDB: what is old is kept by column, each merchant's rows together. Which chunks are old enough, a job says.
DO $$
DECLARE
    stream text;
BEGIN
    FOR stream IN SELECT unnest(enum_range(NULL::event_stream))::text LOOP
        EXECUTE format(
            'ALTER TABLE %I SET (timescaledb.enable_columnstore = true, timescaledb.segmentby = ''merchant_id'', '
            'timescaledb.orderby = ''occurred_at'')', stream);
    END LOOP;
END
$$;
