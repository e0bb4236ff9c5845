-- The shape of each stream, told once; the engine's own file turns each into tables.

CREATE TABLE payment_events_shape (
    merchant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    type text COLLATE "C" NOT NULL CHECK (type IN (
        'created', 'verifying', 'verified', 'settled', 'failed', 'expired', 'retried', 'refunded', 'corrected')),
    payment_id text COLLATE "C" NOT NULL,
    amount_zat bigint CHECK (amount_zat >= 0),
    fee_zat bigint CHECK (fee_zat >= 0),
    payer text COLLATE "C",
    method text COLLATE "C" CHECK (method IN ('transparent', 'shielded')),
    resource text COLLATE "C",
    failure_code text COLLATE "C",
    failure_reason text,
    attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    latency_ms bigint CHECK (latency_ms >= 0),
    step_latency_ms bigint CHECK (step_latency_ms >= 0),
    country text COLLATE "C",
    metadata jsonb,
    corrects text COLLATE "C",
    voided boolean NOT NULL DEFAULT false
);

CREATE TABLE resource_accesses_shape (
    merchant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('challenged', 'paid')),
    resource text COLLATE "C" NOT NULL,
    payer text COLLATE "C",
    payment_id text COLLATE "C",
    country text COLLATE "C"
);

CREATE TABLE payer_sightings_shape (
    merchant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    payer text COLLATE "C" NOT NULL,
    amount_zat bigint CHECK (amount_zat >= 0)
);

CREATE TABLE webhook_deliveries_shape (
    merchant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    delivery_id text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    endpoint text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('delivered', 'failed', 'pending')),
    attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    latency_ms bigint CHECK (latency_ms >= 0),
    http_status integer
);

-- merchant_id is '' where a call belongs to no merchant.
CREATE TABLE api_requests_shape (
    merchant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    endpoint text COLLATE "C" NOT NULL,
    status integer NOT NULL CHECK (status BETWEEN 100 AND 599),
    latency_ms bigint CHECK (latency_ms >= 0)
);
