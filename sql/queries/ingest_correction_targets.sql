-- The payment events that corrections name: what each is, and which payment it belongs to.
-- `kept_from` is not null where events of that payment, or the named one itself, are gone: none can be taken back then.
-- params: merchant_ids text[], event_ids text[], occurred_ats timestamptz[]
SELECT
    named.merchant_id,
    named.event_id,
    named.occurred_at,
    event.type,
    event.payment_id,
    raw_kept_after(least(named.occurred_at, payments.first_event_at)) AS kept_from
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS named (merchant_id, event_id, occurred_at)
LEFT JOIN LATERAL (
    SELECT
        type,
        payment_id
    FROM payment_events
    WHERE
        payment_events.merchant_id = named.merchant_id
        AND payment_events.occurred_at = named.occurred_at
        AND payment_events.event_id = named.event_id
) AS event ON true
LEFT JOIN payments ON payments.merchant_id = named.merchant_id AND payments.payment_id = event.payment_id
