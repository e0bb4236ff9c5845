-- When a merchant's newest payment event before an instant occurred: most have one of late, so that the months before
-- are opened only where there is none.
CREATE OR REPLACE FUNCTION newest_payment_event(merchant text, at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    late timestamptz := at - interval '30 days';
    newest timestamptz := (
        SELECT e.occurred_at
        FROM payment_events AS e
        WHERE e.merchant_id = merchant AND e.occurred_at >= late AND e.occurred_at < at
            AND NOT e.voided AND e.type <> 'corrected'
        ORDER BY e.occurred_at DESC
        LIMIT 1
    );
BEGIN
    IF newest IS NOT NULL THEN
        RETURN newest;
    END IF;
    RETURN (
        SELECT e.occurred_at
        FROM payment_events AS e
        WHERE e.merchant_id = merchant AND e.occurred_at < late AND NOT e.voided AND e.type <> 'corrected'
        ORDER BY e.occurred_at DESC
        LIMIT 1
    );
END
$$;
