-- What differs once late events of a merchant came in: how many wait in the tails. Each refresh empties them, which
-- differs as well.
CREATE FUNCTION late_mark(merchant text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT concat_ws(
        '/',
        (SELECT count(*) FROM payment_events_tail WHERE merchant_id = merchant),
        (SELECT count(*) FROM resource_accesses_tail WHERE merchant_id = merchant),
        (SELECT count(*) FROM webhook_deliveries_tail WHERE merchant_id = merchant),
        (SELECT count(*) FROM api_requests_tail WHERE merchant_id = merchant)
    )
$$;
