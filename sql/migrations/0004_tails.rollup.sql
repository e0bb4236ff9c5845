-- Where rollups aggregate: a tail beside each stream holds the events that no rollup has yet. It is small and
-- unpartitioned: the planner would scan every partition, and a statement reads it once.

DO $$
DECLARE
    stream text;
BEGIN
    FOR stream IN SELECT unnest(enum_range(NULL::event_stream))::text LOOP
        CONTINUE WHEN stream = 'payer_sightings';  -- adds to no aggregate
        EXECUTE format(
            'CREATE TABLE %1$I (LIKE %2$I INCLUDING DEFAULTS) WITH (autovacuum_vacuum_scale_factor = 0, '
            'autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0, '
            'autovacuum_analyze_threshold = 20000)',
            stream || '_tail', stream || '_shape');
        EXECUTE format('CREATE INDEX ON %1$I (merchant_id, occurred_at)', stream || '_tail');
        -- Empty: what a refresher locks. LOCK TABLE takes no snapshot, an advisory lock would.
        EXECUTE format('CREATE TABLE %1$I ()', stream || '_refresh');
    END LOOP;
END
$$;

-- Every acknowledged event is in every answer: what no rollup has yet, the tail gives.
CREATE FUNCTION as_of() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT statement_timestamp()
$$;
