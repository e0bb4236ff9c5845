-- Pages of payments, in either direction of one of three times, under any filter.

CREATE INDEX payments_created ON payments (merchant_id, first_event_at, payment_id);
-- What is rare is found without reading what is not.
CREATE INDEX payments_of_payer ON payments (merchant_id, payer, first_event_at) WHERE payer IS NOT NULL;
CREATE INDEX payments_failed ON payments (merchant_id, first_event_at) WHERE first_failure_key IS NOT NULL;
CREATE INDEX payments_not_settled ON payments (merchant_id, first_event_at)
    WHERE state IN ('failed', 'expired', 'refunded');

-- One merchant's question for a page: behind one position and before another, each a time and a payment's id.
-- A condition that is null is none; times are half-open, amounts inclusive.
CREATE TYPE payments_question AS (
    slot integer,
    merchant_id text,
    ordered_by text,
    descending boolean,
    after_at timestamptz,
    after_id text,
    before_at timestamptz,
    before_id text,
    row_count integer,
    states text[],
    methods text[],
    resources text[],
    payers text[],
    failure_codes text[],
    amount_min bigint,
    amount_max bigint,
    created_from timestamptz,
    created_until timestamptz,
    settled_from timestamptz,
    settled_until timestamptz
);

-- The statement is put together from the conditions that are asked for, since only a plan of its own can choose the
-- index that they allow. Values are parameters of it; the only names in it are those below.
CREATE FUNCTION payments_page(asked payments_question) RETURNS SETOF payments
LANGUAGE plpgsql STABLE AS $$
DECLARE
    place text := CASE asked.ordered_by
        WHEN 'created' THEN 'first_event_at' WHEN 'updated' THEN 'last_event_at' WHEN 'settled' THEN 'settled_at'
    END;
    onward text := CASE WHEN asked.descending THEN '<' ELSE '>' END;
    back text := CASE WHEN asked.descending THEN '>' ELSE '<' END;
    direction text := CASE WHEN asked.descending THEN 'DESC' ELSE 'ASC' END;
BEGIN
    RETURN QUERY EXECUTE concat(
        format('SELECT * FROM payments WHERE merchant_id = $1 AND %I IS NOT NULL', place),
        CASE WHEN asked.after_at IS NOT NULL THEN format(' AND (%I, payment_id) %s ($2, $3)', place, onward) END,
        CASE WHEN asked.before_at IS NOT NULL THEN format(' AND (%I, payment_id) %s ($4, $5)', place, back) END,
        CASE WHEN asked.states IS NOT NULL THEN ' AND state = ANY ($7)' END,
        CASE WHEN asked.methods IS NOT NULL THEN ' AND method = ANY ($8)' END,
        CASE WHEN asked.resources IS NOT NULL THEN ' AND resource = ANY ($9)' END,
        CASE WHEN asked.payers IS NOT NULL THEN ' AND payer = ANY ($10)' END,
        CASE WHEN asked.failure_codes IS NOT NULL
            THEN ' AND first_failure_key IS NOT NULL AND last_failure_code = ANY ($11)' END,
        CASE WHEN asked.amount_min IS NOT NULL THEN ' AND amount_zat >= $12' END,
        CASE WHEN asked.amount_max IS NOT NULL THEN ' AND amount_zat <= $13' END,
        CASE WHEN asked.created_from IS NOT NULL THEN ' AND first_event_at >= $14' END,
        CASE WHEN asked.created_until IS NOT NULL THEN ' AND first_event_at < $15' END,
        CASE WHEN asked.settled_from IS NOT NULL THEN ' AND settled_at >= $16' END,
        -- No payment settles before it begins, which bounds an index by its beginning too.
        CASE WHEN asked.settled_until IS NOT NULL THEN ' AND settled_at < $17 AND first_event_at < $17' END,
        format(' ORDER BY %1$I %2$s, payment_id %2$s LIMIT $6', place, direction)
    )
    USING
        asked.merchant_id, asked.after_at, asked.after_id, asked.before_at, asked.before_id, asked.row_count,
        asked.states, asked.methods, asked.resources, asked.payers, asked.failure_codes,
        asked.amount_min, asked.amount_max, asked.created_from, asked.created_until,
        asked.settled_from, asked.settled_until;
END
$$;
