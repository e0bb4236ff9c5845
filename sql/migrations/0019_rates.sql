-- What a ZEC was worth, as told; and the rate that an event's value was given out with, which stays.

CREATE TABLE rates (
    currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    at timestamptz NOT NULL,
    rate numeric NOT NULL CHECK (rate > 0 AND rate < 'Infinity'),  -- units of the currency for one ZEC
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 100),
    imported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (currency, at)
);

CREATE TABLE event_rates (
    merchant_id text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    rate numeric NOT NULL,
    source text NOT NULL,
    rate_at timestamptz NOT NULL,  -- when the rate held
    frozen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, currency, event_id)
);
