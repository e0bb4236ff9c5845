-- What is told of payments, payers and deliveries as wholes, not event by event.

-- Payments by when they were first decided, with all that a cohort is told of, so that no row need be fetched.
DROP INDEX payments_decided;
CREATE INDEX payments_decided ON payments (merchant_id, first_decided_at)
    INCLUDE (payment_id, state, highest_attempt, last_failure_code, settled_at, settled_zat, last_event_at)
    WHERE first_decided_at IS NOT NULL;

-- When each identified payer first settled a payment: a minimum, so that the order of arrival does not matter, and
-- kept when raw events go.
CREATE TABLE payer_firsts (
    merchant_id text COLLATE "C" NOT NULL,
    payer text COLLATE "C" NOT NULL,
    first_settled_at timestamptz NOT NULL,  -- the earliest row of a payer is the truth, later ones are what it was before
    PRIMARY KEY (merchant_id, payer, first_settled_at)
);

INSERT INTO payer_firsts (merchant_id, payer, first_settled_at)
SELECT
    merchant_id,
    payer,
    min(first_settled_at)
FROM payers_day
GROUP BY merchant_id, payer;

CREATE INDEX payer_firsts_settled ON payer_firsts (merchant_id, first_settled_at);

-- A delivery stands as its last attempt does: the highest attempt, what came of it over that it was pending, the
-- latest. The key sorts as text, as `state_key` does.
CREATE FUNCTION delivery_key(outcome text, attempt integer, occurred_at timestamptz, event_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT lpad(attempt::text, 10, '0') || CASE outcome WHEN 'pending' THEN '0' ELSE '1' END
        || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '|' || event_id || E'\x01|' || outcome
$$;

-- The state of each webhook delivery, merged from its attempts as `payments` is from its events.
CREATE TABLE deliveries (
    merchant_id text COLLATE "C" NOT NULL,
    delivery_id text COLLATE "C" NOT NULL,
    state_key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substring(state_key FROM '[^|]*$')) STORED,
    first_attempt_at timestamptz NOT NULL,
    last_attempt_at timestamptz NOT NULL,
    highest_attempt integer NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    endpoint text COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant_id, delivery_id)
) WITH (fillfactor = 85);

INSERT INTO deliveries (
    merchant_id,
    delivery_id,
    state_key,
    first_attempt_at,
    last_attempt_at,
    highest_attempt,
    event_type,
    endpoint
)
SELECT
    merchant_id,
    delivery_id,
    max(delivery_key(outcome, attempt, occurred_at, event_id)),
    min(occurred_at),
    max(occurred_at),
    max(attempt),
    max(event_type),
    max(endpoint)
FROM webhook_deliveries
GROUP BY merchant_id, delivery_id;

CREATE INDEX deliveries_begun ON deliveries (merchant_id, first_attempt_at)
    INCLUDE (delivery_id, state, last_attempt_at, event_type, endpoint);
