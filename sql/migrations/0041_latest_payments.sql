-- Pages of payments as before, but that the two that are asked most have plans that a session keeps: the latest payments,
-- of a merchant or of one payer. Other statements are put together from the conditions that are asked for, since only a
-- plan of its own can choose the index that they allow. Values are parameters of it; the only names in it are those below.
CREATE OR REPLACE FUNCTION payments_page(asked payments_question) RETURNS SETOF payments
LANGUAGE plpgsql STABLE AS $$
DECLARE
    place text := CASE asked.ordered_by
        WHEN 'created' THEN 'first_event_at' WHEN 'updated' THEN 'last_event_at' WHEN 'settled' THEN 'settled_at'
    END;
    onward text := CASE WHEN asked.descending THEN '<' ELSE '>' END;
    back text := CASE WHEN asked.descending THEN '>' ELSE '<' END;
    direction text := CASE WHEN asked.descending THEN 'DESC' ELSE 'ASC' END;
BEGIN
    IF
        asked.ordered_by = 'created' AND asked.descending AND num_nonnulls(
            asked.states, asked.methods, asked.resources, asked.failure_codes, asked.amount_min, asked.amount_max,
            asked.created_from, asked.created_until, asked.settled_from, asked.settled_until
        ) = 0
    THEN
        IF asked.payers IS NULL THEN
            RETURN QUERY
            SELECT *
            FROM payments
            WHERE
                merchant_id = asked.merchant_id
                AND (first_event_at, payment_id) < (coalesce(asked.after_at, 'infinity'), coalesce(asked.after_id, ''))
                AND (first_event_at, payment_id) > (coalesce(asked.before_at, '-infinity'), coalesce(asked.before_id, ''))
            ORDER BY first_event_at DESC, payment_id DESC
            LIMIT asked.row_count;
            RETURN;
        ELSIF cardinality(asked.payers) = 1 THEN
            RETURN QUERY
            SELECT *
            FROM payments
            WHERE
                merchant_id = asked.merchant_id
                AND payer = asked.payers[1]
                AND (first_event_at, payment_id) < (coalesce(asked.after_at, 'infinity'), coalesce(asked.after_id, ''))
                AND (first_event_at, payment_id) > (coalesce(asked.before_at, '-infinity'), coalesce(asked.before_id, ''))
            ORDER BY first_event_at DESC, payment_id DESC
            LIMIT asked.row_count;
            RETURN;
        END IF;
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
