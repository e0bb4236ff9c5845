-- Thresholds that merchants set on metrics, and each time that one was crossed, with the state of its delivery.
CREATE TABLE alerts (
    merchant_id text COLLATE "C" NOT NULL REFERENCES merchants (merchant_id),
    alert_id text COLLATE "C" NOT NULL,
    revision integer NOT NULL DEFAULT 1,  -- counts changes of what is watched: a reading of an older one is void
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    metric text COLLATE "C" NOT NULL,
    comparison text COLLATE "C" NOT NULL CHECK (comparison IN ('below', 'at_most', 'above', 'at_least')),
    threshold text NOT NULL,  -- as JSON, like every figure here: amounts are strings of digits
    window_minutes integer NOT NULL CHECK (window_minutes BETWEEN 1 AND 44640),
    minimum_count bigint NOT NULL DEFAULT 0 CHECK (minimum_count >= 0),
    dimension text COLLATE "C",
    dimension_values text[] NOT NULL DEFAULT '{}',
    url text CHECK (length(url) <= 2000),
    secret bytea,  -- signs the deliveries, so it has to be kept as it is
    enabled boolean NOT NULL DEFAULT true,
    state text COLLATE "C" NOT NULL DEFAULT 'unknown' CHECK (state IN ('unknown', 'ok', 'firing')),
    state_since timestamptz,
    last_value text,
    evaluated_until timestamptz,
    crossing_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, alert_id)
);

CREATE TABLE alert_crossings (
    merchant_id text COLLATE "C" NOT NULL,
    alert_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,  -- counts the alert's crossings: no two for one
    crossing_id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('fired', 'recovered')),
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL,
    value text,
    threshold text NOT NULL,
    delivery text COLLATE "C" NOT NULL CHECK (delivery IN ('none', 'waiting', 'delivered', 'given_up')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,  -- while an attempt runs: when another may be made in its place
    last_status integer,
    last_error text,
    delivered_at timestamptz,
    PRIMARY KEY (merchant_id, alert_id, number),
    FOREIGN KEY (merchant_id, alert_id) REFERENCES alerts (merchant_id, alert_id) ON DELETE CASCADE
);

CREATE INDEX ON alert_crossings (next_attempt_at) WHERE delivery = 'waiting';
