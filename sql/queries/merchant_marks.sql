-- How the newest events of merchants look, without reading many of them.
-- Of each stream, how many the last ten minutes have and which is the newest; and what is known of late ones.
-- params: merchant_ids text[]
-- returns: MerchantMark
SELECT
    asked.merchant_id,
    concat_ws(
        ' ',
        (
            SELECT concat_ws('/', count(*), max(e.occurred_at))
            FROM payment_events AS e
            WHERE e.merchant_id = asked.merchant_id AND e.occurred_at > now() - interval '10 minutes'
        ),
        (
            SELECT concat_ws('/', count(*), max(e.occurred_at))
            FROM resource_accesses AS e
            WHERE e.merchant_id = asked.merchant_id AND e.occurred_at > now() - interval '10 minutes'
        ),
        (
            SELECT concat_ws('/', count(*), max(e.occurred_at))
            FROM webhook_deliveries AS e
            WHERE e.merchant_id = asked.merchant_id AND e.occurred_at > now() - interval '10 minutes'
        ),
        (
            SELECT concat_ws('/', count(*), max(e.occurred_at))
            FROM api_requests AS e
            WHERE e.merchant_id = asked.merchant_id AND e.occurred_at > now() - interval '10 minutes'
        ),
        late_mark(asked.merchant_id)
    ) AS mark
FROM unnest($1::text[]) AS asked (merchant_id)
