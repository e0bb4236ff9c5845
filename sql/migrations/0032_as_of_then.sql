-- How payments stood at an earlier instant, from their events. In functions of their own, whose plans a session keeps:
-- within a query, their scans of every partition would be planned each time, also where nothing is ever asked of them.

-- What had settled of a payment that began at an instant, and its state, as of another one; no row where that is null.
CREATE FUNCTION payment_then(merchant text, payment text, begun_at timestamptz, at timestamptz)
RETURNS TABLE (settled_zat numeric, fee_zat numeric, state text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
    SELECT
        coalesce(sum(e.amount_zat) FILTER (WHERE e.type = 'settled'), 0),
        coalesce(sum(e.fee_zat) FILTER (WHERE e.type = 'settled'), 0),
        substring(max(state_key(e.type, e.attempt, e.occurred_at, e.event_id)) FROM '[^|]*$')
    FROM payment_events AS e
    WHERE
        e.merchant_id = merchant
        AND e.payment_id = payment
        AND e.occurred_at >= begun_at
        AND e.occurred_at < at
        AND e.type <> 'corrected'
        AND NOT e.voided;
END
$$;

-- When a merchant's newest payment event before an instant occurred.
CREATE FUNCTION newest_payment_event(merchant text, at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT e.occurred_at
        FROM payment_events AS e
        WHERE e.merchant_id = merchant AND e.occurred_at < at AND NOT e.voided AND e.type <> 'corrected'
        ORDER BY e.occurred_at DESC
        LIMIT 1
    );
END
$$;
