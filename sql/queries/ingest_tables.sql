-- Where a writer's rows are copied to before they are written: tables of the session, empty again at each commit.
-- The other ingest_ queries read them. Binary COPY knows json, not our own codec of jsonb.
DO $$
BEGIN
    IF to_regclass('pg_temp.incoming_keys') IS NULL THEN
        CREATE TEMP TABLE incoming_keys (LIKE event_keys, number integer NOT NULL) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE incoming_payment_events (LIKE payment_events) ON COMMIT DELETE ROWS;
        ALTER TABLE incoming_payment_events ALTER COLUMN metadata TYPE json;
        CREATE TEMP TABLE incoming_resource_accesses (LIKE resource_accesses) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE incoming_payer_sightings (LIKE payer_sightings) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE incoming_webhook_deliveries (LIKE webhook_deliveries) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE incoming_api_requests (LIKE api_requests) ON COMMIT DELETE ROWS;
    END IF;
END
$$
