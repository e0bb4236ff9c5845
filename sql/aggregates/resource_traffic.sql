-- Requests for a paid resource: answered with 402, or paid.
-- source: resource_accesses
-- levels: hour day month
-- merge: max newest_event_at
SELECT
    time_bucket('1 hour', occurred_at) AS bucket,
    merchant_id,
    resource,
    count(*) FILTER (WHERE outcome = 'challenged') AS challenged_count,
    count(*) FILTER (WHERE outcome = 'paid') AS paid_count,
    max(occurred_at) AS newest_event_at
FROM resource_accesses
GROUP BY 1, 2, 3
