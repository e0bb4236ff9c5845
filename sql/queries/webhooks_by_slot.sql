-- Webhook attempts of each slot by event type and endpoint.
-- params: slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], raw_from timestamptz, raw_until timestamptz
-- returns: WebhookTotals
SELECT
    slot,
    event_type,
    endpoint,
    delivered_count,
    failed_count,
    pending_count,
    first_try_count,
    first_try_delivered_count
FROM webhooks_over($1, $2, $3, $4, $5, $6, $7)
