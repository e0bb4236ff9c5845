-- Open payments of merchants as they stood at an instant, each merchant with its own patience.
-- A payment that nothing happened to since is taken as it stands; others are judged by their events up to then.
-- `kept_from` is not null where those of one of them are gone.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], timeout_minutes integer[]
-- returns: LivePayments
WITH asked AS (
    SELECT
        slot,
        merchant_id,
        at,
        at - make_interval(mins => timeout_minutes) AS stale_before
    FROM unnest($1::integer[], $2::text[], $3::timestamptz[], $4::integer[])
        AS a (slot, merchant_id, at, timeout_minutes)
)
SELECT
    asked.slot,
    count(*) FILTER (
        WHERE stood.state IN ('created', 'retried', 'verified') AND stood.first_event_at > asked.stale_before
    ) AS pending_count,
    count(*) FILTER (WHERE stood.state = 'verifying' AND stood.first_event_at > asked.stale_before) AS active_count,
    count(*) FILTER (
        WHERE stood.state IN ('created', 'retried', 'verifying', 'verified')
        AND stood.first_event_at <= asked.stale_before
    ) AS stale_count,
    min(stood.first_event_at) FILTER (
        WHERE stood.state IN ('created', 'retried', 'verifying', 'verified')
        AND stood.first_event_at > asked.stale_before
    ) AS oldest_fresh_at,
    max(stood.first_event_at) FILTER (
        WHERE stood.state IN ('created', 'retried', 'verifying', 'verified')
        AND stood.first_event_at <= asked.stale_before
    ) AS newest_stale_at,
    newest_payment_event(asked.merchant_id, asked.at) AS newest_event_at,
    as_of() AS as_of,
    max(stood.kept_from) AS kept_from
FROM asked
LEFT JOIN LATERAL (
    SELECT p.state, p.first_event_at, NULL::timestamptz AS kept_from
    FROM payments AS p
    WHERE
        p.merchant_id = asked.merchant_id
        AND p.state IN ('created', 'retried', 'verifying', 'verified')
        AND p.first_event_at < asked.at
        AND p.last_event_at < asked.at
    UNION ALL
    SELECT
        (SELECT state FROM payment_then(p.merchant_id, p.payment_id, p.first_event_at, asked.at)) AS state,
        p.first_event_at,
        raw_kept_after(p.first_event_at)
    FROM payments AS p
    WHERE
        p.merchant_id = asked.merchant_id
        AND p.last_event_at >= asked.at
        AND p.first_event_at < asked.at
) AS stood ON true
GROUP BY asked.slot, asked.merchant_id, asked.at
