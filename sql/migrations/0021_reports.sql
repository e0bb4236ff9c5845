-- Weekly summaries and monthly reports: a version for each state of the data that one was made from.
CREATE TABLE reports (
    merchant_id text COLLATE "C" NOT NULL REFERENCES merchants ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('WEEKLY', 'MONTHLY')),
    first_day date NOT NULL,  -- local
    version integer NOT NULL,
    timezone text NOT NULL,  -- as it was then: a merchant that moves keeps its windows
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL,
    digest text COLLATE "C" NOT NULL,  -- SHA-256 of the data, in hexadecimal
    data text NOT NULL,  -- canonical JSON; text, since its bytes matter
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, kind, first_day, version)
);

-- A report is mailed once, in its first version.
CREATE TABLE report_mails (
    merchant_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    first_day date NOT NULL,
    version integer NOT NULL,
    recipient text NOT NULL,
    message_id text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, kind, first_day),
    FOREIGN KEY (merchant_id, kind, first_day, version) REFERENCES reports ON DELETE CASCADE
);
