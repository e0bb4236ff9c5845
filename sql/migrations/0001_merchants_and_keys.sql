-- Who we serve and what we have seen: merchants, API keys, and one key per event ever accepted.

CREATE TABLE installation (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    engine text NOT NULL CHECK (engine IN ('timescaledb', 'timescaledb-apache', 'postgresql')),
    raw_kept_from timestamptz NOT NULL DEFAULT '-infinity',  -- raw events before it are gone
    installed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE merchants (
    merchant_id text COLLATE "C" PRIMARY KEY CHECK (merchant_id ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    zone text NOT NULL DEFAULT 'UTC',
    week_start smallint NOT NULL DEFAULT 1 CHECK (week_start BETWEEN 1 AND 7),  -- ISO: 1 is Monday
    pending_timeout_minutes integer NOT NULL DEFAULT 60 CHECK (pending_timeout_minutes BETWEEN 1 AND 43200),
    email text CHECK (length(email) <= 254),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    key_id text COLLATE "C" PRIMARY KEY,
    digest bytea NOT NULL CHECK (length(digest) = 32),  -- SHA-256 of the secret; the secret is never stored
    name text NOT NULL,
    merchant_id text COLLATE "C" REFERENCES merchants (merchant_id),
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE TYPE event_stream AS ENUM (
    'payment_events', 'resource_accesses', 'payer_sightings', 'webhook_deliveries', 'api_requests'
);

-- A unique key cannot live on tables that are cut by time, so it lives here. A key with no digest
-- is either a place held for an event that was voided before it arrived (voided) or a forgotten one.
CREATE TABLE event_keys (
    merchant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    stream event_stream,
    occurred_at timestamptz,
    digest bytea,
    voided boolean NOT NULL DEFAULT false,
    PRIMARY KEY (merchant_id, event_id)
);
