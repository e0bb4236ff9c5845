-- The state of each payment, merged from its events so that the order of arrival does not matter:
-- every column is a minimum, a maximum or a sum. The keys sort as text, so a maximum picks an event; what follows an
-- id in them sorts before any character of an id, so that e1 comes before e10.

CREATE INDEX ON payment_events (merchant_id, payment_id);

-- State order: settled or refunded once and for all; else the highest attempt, the furthest step, the latest event.
CREATE FUNCTION state_key(type text, attempt integer, occurred_at timestamptz, event_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN type IN ('settled', 'refunded') THEN '1000005' ELSE
            '0' || lpad(attempt::text, 5, '0') || CASE type
                WHEN 'failed' THEN '4' WHEN 'expired' THEN '3' WHEN 'verified' THEN '2' WHEN 'verifying' THEN '1' ELSE '0'
            END
        END || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '|' || event_id || E'\x01|' || type
$$;

CREATE FUNCTION failure_key(failure_code text, occurred_at timestamptz, event_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '|' || event_id || E'\x01|' || failure_code
$$;

CREATE TABLE payments (
    merchant_id text COLLATE "C" NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    state_key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substring(state_key FROM '[^|]*$')) STORED,
    first_event_at timestamptz NOT NULL,
    last_event_at timestamptz NOT NULL,
    first_decided_at timestamptz,
    settled_at timestamptz,  -- the first settlement
    first_failure_key text COLLATE "C",
    first_failure_code text COLLATE "C" GENERATED ALWAYS AS (substring(first_failure_key FROM '[^|]*$')) STORED,
    last_failure_key text COLLATE "C",
    last_failure_code text COLLATE "C" GENERATED ALWAYS AS (substring(last_failure_key FROM '[^|]*$')) STORED,
    highest_attempt integer NOT NULL,
    amount_zat bigint,  -- asked or paid: the largest amount any event but a refund told
    settled_zat numeric NOT NULL,
    fee_zat numeric NOT NULL,
    refunded_zat numeric NOT NULL,
    fee_returned_zat numeric NOT NULL,
    settled_count integer NOT NULL,
    refunded_count integer NOT NULL,
    payer text COLLATE "C",
    method text COLLATE "C",
    resource text COLLATE "C",
    country text COLLATE "C",
    PRIMARY KEY (merchant_id, payment_id)
) WITH (fillfactor = 85);

CREATE INDEX payments_settled ON payments (merchant_id, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX payments_open ON payments (merchant_id, first_event_at)
    WHERE state IN ('created', 'retried', 'verifying', 'verified');
CREATE INDEX payments_decided ON payments (merchant_id, first_decided_at) WHERE first_decided_at IS NOT NULL;
CREATE INDEX payments_last_event ON payments (merchant_id, last_event_at);
