-- The events of a payment are looked for between its first and its last, and in no other month.

-- What was stored before it was noted (0042_corrections), or in between, twice; writers go on meanwhile.
INSERT INTO payment_corrections (merchant_id, payment_id, occurred_at)
SELECT merchant_id, payment_id, occurred_at FROM payment_events WHERE voided OR type = 'corrected';

-- The events of a payment in order, those that were taken back among them.
CREATE FUNCTION events_of_payment(merchant text, payment text, row_count bigint) RETURNS SETOF payment_events
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    first_at timestamptz;
    last_at timestamptz;
BEGIN
    SELECT min(times.first_at), max(times.last_at)
    INTO first_at, last_at
    FROM (
        SELECT p.first_event_at AS first_at, p.last_event_at AS last_at
        FROM payments AS p
        WHERE p.merchant_id = merchant AND p.payment_id = payment
        UNION ALL
        SELECT c.occurred_at, c.occurred_at
        FROM payment_corrections AS c
        WHERE c.merchant_id = merchant AND c.payment_id = payment
    ) AS times;
    RETURN QUERY
    SELECT e.*
    FROM payment_events AS e
    WHERE
        e.merchant_id = merchant
        AND e.payment_id = payment
        AND e.occurred_at >= first_at
        AND e.occurred_at <= last_at
    ORDER BY e.occurred_at, e.event_id
    LIMIT row_count;
END
$$;
