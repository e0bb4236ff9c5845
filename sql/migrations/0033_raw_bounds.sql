-- Range functions are told what encloses their raw tiles, so that partitions beyond are not even opened; and how
-- payments and deliveries stood before is asked by functions whose plans a session keeps (see 0032_as_of_then).

-- Those that are told nothing of it.
DO $$
DECLARE
    old text;
BEGIN
    FOR old IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'z402'::regnamespace AND proname ~ '_(over|of_all|cells)$' AND NOT 'raw_from' = ANY (proargnames)
    LOOP
        EXECUTE 'DROP FUNCTION ' || old;
    END LOOP;
END
$$;

-- A payment that began at an instant, as it stood at another one: what stopped it before it settled, if anything did.
CREATE FUNCTION payment_judged(merchant text, payment text, begun_at timestamptz, at timestamptz)
RETURNS TABLE (state text, highest_attempt integer, settled_zat numeric, settled_at timestamptz, failure_code text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
    SELECT
        substring(max(state_key(e.type, e.attempt, e.occurred_at, e.event_id)) FROM '[^|]*$'),
        max(e.attempt),
        coalesce(sum(e.amount_zat) FILTER (WHERE e.type = 'settled'), 0),
        min(e.first_settled_at),
        substring(max(failure_key(e.failure_code, e.occurred_at, e.event_id)) FILTER (
            WHERE e.type = 'failed' AND (e.first_settled_at IS NULL OR e.occurred_at < e.first_settled_at)
        ) FROM '[^|]*$')
    FROM (
        SELECT event.*, min(event.occurred_at) FILTER (WHERE event.type = 'settled') OVER () AS first_settled_at
        FROM payment_events AS event
        WHERE
            event.merchant_id = merchant
            AND event.payment_id = payment
            AND event.occurred_at >= begun_at
            AND event.occurred_at < at
            AND event.type <> 'corrected'
            AND NOT event.voided
    ) AS e;
END
$$;

-- The state of a delivery that was first attempted at an instant, as of another one.
CREATE FUNCTION delivery_then(merchant text, delivery text, begun_at timestamptz, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT substring(max(delivery_key(e.outcome, e.attempt, e.occurred_at, e.event_id)) FROM '[^|]*$')
        FROM webhook_deliveries AS e
        WHERE e.merchant_id = merchant AND e.delivery_id = delivery AND e.occurred_at >= begun_at AND e.occurred_at < at
    );
END
$$;

-- ranges: all
-- tops: revenue resource_sales
-- cells: revenue success_rate payment_methods failures payers resource_sales resource_traffic
-- cells: latency step_latency geography webhooks webhook_latency api_latency
