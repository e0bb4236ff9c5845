-- Pages of payments as before, but that more have plans that a session keeps: the latest, of one payer or of any, under
-- filters by one value. They walk an index of payments by their creation: of one state, if it is not the settled one, the
-- small one of what stopped or of what is open, whose states a statement names, since a kept plan knows no others. The rest
-- is put together from the conditions that are asked for: only a plan of its own can choose the index that they allow.
CREATE FUNCTION passes(
    payment payments, wanted_state text, wanted_method text, wanted_resource text, at_least bigint, at_most bigint
) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    -- Inlined, and in the order of what holds most rows back.
    SELECT
        (wanted_resource IS NULL OR payment.resource = wanted_resource)
        AND (wanted_method IS NULL OR payment.method = wanted_method)
        AND (wanted_state IS NULL OR payment.state = wanted_state)
        AND (at_least IS NULL OR payment.amount_zat >= at_least)
        AND (at_most IS NULL OR payment.amount_zat <= at_most)
$$;

CREATE OR REPLACE FUNCTION payments_page(asked payments_question) RETURNS SETOF payments
LANGUAGE plpgsql STABLE AS $$
DECLARE
    place text := CASE asked.ordered_by
        WHEN 'created' THEN 'first_event_at' WHEN 'updated' THEN 'last_event_at' WHEN 'settled' THEN 'settled_at'
    END;
    onward text := CASE WHEN asked.descending THEN '<' ELSE '>' END;
    back text := CASE WHEN asked.descending THEN '>' ELSE '<' END;
    direction text := CASE WHEN asked.descending THEN 'DESC' ELSE 'ASC' END;
    -- Nulls are passed over, and no payment's id is empty.
    until_at timestamptz := least(asked.after_at, asked.created_until, 'infinity');
    until_id text := CASE
        WHEN until_at = asked.after_at AND until_at IS DISTINCT FROM asked.created_until THEN asked.after_id ELSE ''
    END;
    since_at timestamptz := greatest(asked.before_at, asked.created_from, '-infinity');
    since_id text := CASE WHEN since_at = asked.before_at THEN asked.before_id ELSE '' END;
    -- A variable is read faster than a field, of each row that a filter looks at.
    wanted_state text := asked.states[1];
    wanted_method text := asked.methods[1];
    wanted_resource text := asked.resources[1];
    wanted_payer text := asked.payers[1];
    at_least bigint := asked.amount_min;
    at_most bigint := asked.amount_max;
    walked text := CASE
        WHEN asked.ordered_by <> 'created' OR NOT asked.descending THEN NULL
        WHEN num_nonnulls(asked.failure_codes, asked.settled_from, asked.settled_until) > 0 THEN NULL
        -- Of several values, or of none, a list.
        WHEN 1 <> ANY (ARRAY[
            cardinality(asked.states), cardinality(asked.methods), cardinality(asked.resources), cardinality(asked.payers)
        ]) THEN NULL
        WHEN wanted_payer IS NOT NULL THEN 'payer'
        WHEN wanted_state IN ('failed', 'expired', 'refunded') THEN 'stopped'
        WHEN wanted_state IN ('created', 'retried', 'verifying', 'verified') THEN 'open'
        ELSE 'all'  -- no index is of settled ones alone
    END;
BEGIN
    IF walked = 'all' THEN
        RETURN QUERY
        SELECT *
        FROM payments
        WHERE
            merchant_id = asked.merchant_id
            AND (first_event_at, payment_id) < (until_at, until_id)
            AND (first_event_at, payment_id) > (since_at, since_id)
            AND passes(payments, wanted_state, wanted_method, wanted_resource, at_least, at_most)
        ORDER BY first_event_at DESC, payment_id DESC
        LIMIT asked.row_count;
        RETURN;
    ELSIF walked = 'payer' THEN
        RETURN QUERY
        SELECT *
        FROM payments
        WHERE
            merchant_id = asked.merchant_id
            AND payer = wanted_payer
            AND (first_event_at, payment_id) < (until_at, until_id)
            AND (first_event_at, payment_id) > (since_at, since_id)
            AND passes(payments, wanted_state, wanted_method, wanted_resource, at_least, at_most)
        ORDER BY first_event_at DESC, payment_id DESC
        LIMIT asked.row_count;
        RETURN;
    ELSIF walked = 'stopped' THEN
        RETURN QUERY
        SELECT *
        FROM payments
        WHERE
            merchant_id = asked.merchant_id
            AND state IN ('failed', 'expired', 'refunded')
            AND (first_event_at, payment_id) < (until_at, until_id)
            AND (first_event_at, payment_id) > (since_at, since_id)
            AND passes(payments, wanted_state, wanted_method, wanted_resource, at_least, at_most)
        ORDER BY first_event_at DESC, payment_id DESC
        LIMIT asked.row_count;
        RETURN;
    ELSIF walked = 'open' THEN
        RETURN QUERY
        SELECT *
        FROM payments
        WHERE
            merchant_id = asked.merchant_id
            AND state IN ('created', 'retried', 'verifying', 'verified')
            AND (first_event_at, payment_id) < (until_at, until_id)
            AND (first_event_at, payment_id) > (since_at, since_id)
            AND passes(payments, wanted_state, wanted_method, wanted_resource, at_least, at_most)
        ORDER BY first_event_at DESC, payment_id DESC
        LIMIT asked.row_count;
        RETURN;
    END IF;
    RETURN QUERY EXECUTE concat(
        format('SELECT * FROM payments WHERE merchant_id = $1 AND %I IS NOT NULL', place),
        CASE WHEN asked.after_at IS NOT NULL THEN format(' AND (%I, payment_id) %s ($2, $3)', place, onward) END,
        CASE WHEN asked.before_at IS NOT NULL THEN format(' AND (%I, payment_id) %s ($4, $5)', place, back) END,
        CASE WHEN asked.states IS NOT NULL THEN ' AND state = ANY ($7)' END,
        CASE WHEN asked.methods IS NOT NULL THEN ' AND method = ANY ($8)' END,
        CASE WHEN asked.resources IS NOT NULL THEN ' AND resource = ANY ($9)' END,
        -- One payer's rows stand in the index in order: of many, no more than a page is read.
        CASE cardinality(asked.payers)
            WHEN 1 THEN ' AND payer = ($10)[1]'
            ELSE CASE WHEN asked.payers IS NOT NULL THEN ' AND payer = ANY ($10)' END
        END,
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
